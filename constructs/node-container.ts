import { Container, type ContainerConfig } from "@cdktf/provider-docker/lib/container/index.js";
import type { Construct } from "constructs";
import { withoutLength } from "../model/addresses.ts";
import type { Lab } from "./lab.ts";
import { lazyText } from "./lazy.ts";
import type { Plug } from "./plug.ts";

/** A node's place in its lab. */
export interface NodePlace {
  readonly name: string;
  readonly plugs: readonly Plug[];
  readonly managementAddress: string;
}

/** What one kind of node has beside what all have; its labels beside those of every part of a lab. */
export type OwnContainerConfig = Pick<ContainerConfig, "image" | "env" | "upload"> &
  Partial<ContainerConfig> & { readonly ownLabels: Readonly<Record<string, string>> };

/** The container of a node: its name, its networks, management first, and the life that all nodes lead. */
export function addNodeContainer(
  scope: Construct,
  lab: Lab,
  { name, plugs, managementAddress }: NodePlace,
  { ownLabels, ...own }: OwnContainerConfig,
): Container {
  const container = new Container(scope, "container", {
    ...own,
    name: `tw-${lab.labName}-${name}`,
    hostname: name,
    mustRun: true,
    restart: "no",
    destroyGraceSeconds: 3,
    networksAdvanced: [
      { name: lazyText(() => lab.managementNetworkOf(name).name), ipv4Address: managementAddress },
      ...plugs.map(({ segment, address }) => ({
        name: segment.networkName,
        ...(lab.engines && {
          ipv4Address: lazyText(() => segment.overlayPorts()?.get(withoutLength(address))?.dockerAddress),
        }),
      })),
    ],
    labels: lab.labels({ node: name, ...ownLabels }),
    // Another network under the old name is not the one that the container is in.
    lifecycle: {
      replaceTriggeredBy: [
        lazyText(() => `docker_network.${lab.managementNetworkOf(name).friendlyUniqueId}`),
        ...plugs.map(({ segment }) => segment.networkResource),
      ],
    },
  });
  container.overrideLogicalId(name);
  lab.whenPlaced((engines) => (container.provider = engines.ofNode(name).provider));
  return container;
}

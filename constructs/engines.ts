/** Several Docker engines for one lab: a provider, a management network and a relay for each, and who stands where. */
import { Container } from "@cdktf/provider-docker/lib/container/index.js";
import type { Network } from "@cdktf/provider-docker/lib/network/index.js";
import { DockerProvider } from "@cdktf/provider-docker/lib/provider/index.js";
import { join } from "node:path";
import type { LabDeclaration } from "../model/declaration.ts";
import { engineHostFaults, placeNodes, type EngineHost, type Placement } from "../model/placement.ts";
import { enginesFileName, relayContainer } from "../model/relay.ts";
import { addManagementNetwork, type ManagedLab } from "./management-network.ts";

/** What of a lab its engines know. */
interface CarriedLab extends ManagedLab {
  readonly directory: string;
  readonly routerImage: string;
  readonly declared: LabDeclaration;
  addFile(path: string, produce: () => string): void;
}

/** What a lab needs of one engine. */
interface EngineParts {
  readonly host: EngineHost;
  readonly provider: DockerProvider;
  readonly management: Network;
  readonly relay: Container;
}

/** The way to a node in the provider's words. */
export interface WayAttributes {
  readonly docker_host: string;
  readonly container: string;
}

/** The variable that {@link hostsFromEnvironment} reads. */
export const hostsVariable = "TW_HOSTS";

/**
 * The engines that the environment variable TW_HOSTS names, JSON; undefined when it names none. For a lab whose engines its source is not
 * to know: `new Lab(app, "far", { hosts: hostsFromEnvironment() })`.
 *
 * @throws Error when it is no array of engines.
 * @example
 * ```ts
 * // TW_HOSTS='[{"name":"left","dockerHost":"tcp://10.0.0.2:2375"},{"name":"right","dockerHost":"tcp://10.0.0.3:2375","weight":2}]'
 * const far = new Lab(app, "far", { hosts: hostsFromEnvironment() });
 * ```
 */
export function hostsFromEnvironment(text = process.env[hostsVariable]): readonly EngineHost[] | undefined {
  if (text === undefined || text === "") return undefined;
  const like = `write it like [{"name":"left","dockerHost":"tcp://10.0.0.2:2375"},{"name":"right","dockerHost":"tcp://10.0.0.3:2375"}]`;
  let hosts: unknown;
  try {
    hosts = JSON.parse(text);
  } catch {
    throw new Error(`${hostsVariable} is not JSON: ${like}`);
  }
  const isHost = (each: unknown): each is EngineHost => {
    const { name, dockerHost, weight = 1, nodes = [] } = (each ?? {}) as Partial<Record<keyof EngineHost, unknown>>;
    return (
      typeof name === "string" &&
      typeof dockerHost === "string" &&
      typeof weight === "number" &&
      Array.isArray(nodes) &&
      nodes.every((node) => typeof node === "string")
    );
  };
  if (!Array.isArray(hosts) || !hosts.every(isHost)) throw new Error(`${hostsVariable} names no engines: ${like}`);
  return hosts;
}

/** The engines of a lab. The first must be a manager of the swarm that all are in: overlay networks are made there. */
export class Engines {
  readonly hosts: readonly EngineHost[];
  /** What the network between the engines carries. */
  readonly underlayMtuBytes: number;
  readonly #lab: CarriedLab;
  readonly #parts: ReadonlyMap<string, EngineParts>;
  #placement: Placement | undefined;

  /** @throws Error with every fault of the engines. */
  constructor(lab: CarriedLab, hosts: readonly EngineHost[], underlayMtuBytes: number) {
    const faults = engineHostFaults(hosts);
    if (faults.length > 0) throw new Error(`lab ${lab.labName}: ${faults.join("; ")}`);
    this.hosts = hosts;
    this.underlayMtuBytes = underlayMtuBytes;
    this.#lab = lab;
    this.#parts = new Map(hosts.map((host, index) => [host.name, this.#partsOf(host, index)]));
    lab.addFile(
      join(lab.directory, enginesFileName),
      () =>
        `${JSON.stringify(
          hosts.map(({ name, dockerHost }) => ({ name, dockerHost })),
          null,
          2,
        )}\n`,
    );
  }

  /** Where everything stands, by what has been declared so far. */
  get placement(): Placement {
    return (this.#placement ??= placeNodes(this.#lab.declared, this.hosts));
  }

  /** More is declared: it is worked out anew when it is asked for. */
  forgetPlacement(): void {
    this.#placement = undefined;
  }

  /** The engine of a node. */
  ofNode(node: string): EngineParts {
    return this.#named(this.placement.nodes.get(node));
  }

  /** The engine of a segment: the one that all of its nodes are on, or the one that makes overlay networks. */
  ofSegment(segment: string): { readonly isOverlay: boolean; readonly engine: EngineParts } {
    const name = this.placement.segments.get(segment);
    return { isOverlay: name === null, engine: this.#named(name ?? this.hosts[0]?.name) };
  }

  /** How SSH reaches a node: by the API of its engine and the relay there. */
  through(node: string): WayAttributes {
    return { docker_host: this.ofNode(node).host.dockerHost, container: relayContainer(this.#lab.labName) };
  }

  /** The same for a resource, which waits for the relay. */
  reference(node: string): WayAttributes {
    const { host, relay } = this.ofNode(node);
    return { docker_host: host.dockerHost, container: relay.name };
  }

  #named(name: string | undefined): EngineParts {
    const parts = name === undefined ? undefined : this.#parts.get(name);
    if (!parts) throw new Error(`lab ${this.#lab.labName} has no engine ${name ?? "for this"}`);
    return parts;
  }

  #partsOf(host: EngineHost, index: number): EngineParts {
    const lab = this.#lab;
    const suffix = index === 0 ? "" : `-${host.name}`;
    const provider = new DockerProvider(lab, `docker${suffix}`, {
      host: host.dockerHost,
      ...(index > 0 && { alias: host.name }),
    });
    const management = addManagementNetwork(lab, `management${suffix}`, provider);
    const relay = new Container(lab, `relay${suffix}`, {
      provider,
      name: relayContainer(lab.labName),
      image: lab.routerImage,
      entrypoint: ["/usr/lib/tunnelwright/relay", "wait"],
      mustRun: true,
      restart: "unless-stopped",
      destroyGraceSeconds: 1,
      networksAdvanced: [{ name: management.name }],
      labels: lab.labels({ role: "relay" }),
      lifecycle: { replaceTriggeredBy: [`docker_network.management${suffix}`] },
    });
    relay.overrideLogicalId(`relay${suffix}`);
    return { host, provider, management, relay };
  }
}

import type { Container } from "@cdktf/provider-docker/lib/container/index.js";
import type { Construct } from "constructs";
import type { NodeDeclaration } from "../model/declaration.ts";
import { overlayMacAddress } from "../model/overlay.ts";
import type { NodeTexts } from "../model/plan-document.ts";
import type { Lab } from "./lab.ts";
import { lazyList, lazyMap, lazyNumber, lazyText, lazyValue } from "./lazy.ts";
import { addNodeContainer, type NodePlace } from "./node-container.ts";
import { plugName } from "./plug.ts";
import { PreSharedKey, RouterConfig } from "./resources.ts";

const sshPort = 22;
/** Size of the node's memory file in MiB, with up to four links; the kernel takes what it needs of it. */
const memoryMiB = { router: 128, transit: 64, host: 64 } as const;
const linksWithin = 4;
/** Each further link has rings of its own; without room for them the guest reads its programs from the disk again and again. */
const memoryOfLinkMiB = 2;

/** A node of Linux, and where it is. */
export interface LinuxNodeProps extends NodePlace {
  readonly role: NodeDeclaration["role"];
}

/** A container with its interfaces, and the configuration pushed into it over SSH. */
export function addLinuxNode(scope: Construct, lab: Lab, props: LinuxNodeProps): void {
  addConfig(scope, lab, props, addContainer(scope, lab, props));
}

function addContainer(scope: Construct, lab: Lab, { name, role, plugs, managementAddress }: LinuxNodeProps): Container {
  const subnets = [
    `mgmt0=${lab.managementSubnet}`,
    ...plugs.map((plug, index) => `${plugName(plug, index)}=${plug.segment.dockerSubnet}`),
  ];
  return addNodeContainer(
    scope,
    lab,
    { name, plugs, managementAddress },
    {
      image: lab.routerImage,
      env: lazyList(() => [
        `TW_NODE=${name}`,
        `TW_ROLE=${role}`,
        `TW_KERNEL=${lab.kernel}`,
        `TW_MEMORY=${memoryMiB[role] + memoryOfLinkMiB * Math.max(0, plugs.length - linksWithin)}M`,
        `TW_INTERFACES=${subnets.join(" ")}`,
        ...neighbours(name, plugs),
      ]),
      capabilities: { add: ["CAP_NET_ADMIN"] },
      // User-mode Linux keeps its memory in a file here, and executes from it.
      tmpfs: { "/dev/shm": "rw,exec,size=256m" },
      // By path, so that the key is in neither state nor `docker inspect`.
      upload: [
        {
          file: "/etc/ssh/ssh_host_ed25519_key",
          source: lab.access.hostKeyFile(name),
          sourceHash: lab.access.hostKeyHash(name),
          permissions: "0600",
        },
        { file: "/root/.ssh/authorized_keys", content: lab.access.authorizedKey, permissions: "0600" },
      ],
      ownLabels: { role, kernel: lab.kernel },
    },
  );
}

/** Who is on the node's overlay segments, where nobody answers ARP: interface, address and MAC address of each. */
function neighbours(name: string, plugs: LinuxNodeProps["plugs"]): string[] {
  const known = plugs.flatMap((plug, index) =>
    [...(plug.segment.overlayPorts() ?? [])].flatMap(([address, { node, dockerAddress }]) =>
      node === name ? [] : [`${plugName(plug, index)},${address},${overlayMacAddress(dockerAddress)}`],
    ),
  );
  return known.length > 0 ? [`TW_NEIGHBOURS=${known.join(" ")}`] : [];
}

function addConfig(
  scope: Construct,
  lab: Lab,
  { name, managementAddress }: LinuxNodeProps,
  container: Container,
): void {
  const text = (part: keyof NodeTexts) => lazyText(() => lab.plannedNode(name).texts[part]);
  const config = new RouterConfig(scope, "config", {
    node: name,
    host: managementAddress,
    port: sshPort,
    identityFile: lab.access.identityFile,
    hostKey: lab.access.hostKey(name),
    containerId: container.id,
    ...(lab.engines && { through: lazyValue(() => lab.engines?.reference(name)) }),
    sysctl: text("sysctl"),
    firewall: text("firewall"),
    interfaces: text("interfaces"),
    ipsec: text("ipsec"),
    ipsecSecrets: text("ipsecSecrets"),
    routing: text("routing"),
    keepalive: text("keepalive"),
    preSharedKeysWo: lazyMap(() =>
      Object.fromEntries(lab.plannedNode(name).pskTunnels.map((tunnel) => [tunnel, PreSharedKey.reference(tunnel)])),
    ),
    preSharedKeysVersion: lazyNumber(() => (lab.plannedNode(name).pskTunnels.length > 0 ? 1 : 0)),
  });
  config.overrideLogicalId(name);
  lab.addRevision(name, config.revision);
}

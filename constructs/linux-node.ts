import { Container } from "@cdktf/provider-docker/lib/container/index.js";
import { Construct } from "constructs";
import type { NodeDeclaration } from "../model/declaration.ts";
import type { NodeTexts } from "../model/plan-document.ts";
import type { Lab } from "./lab.ts";
import { lazyMap, lazyNumber, lazyText } from "./lazy.ts";
import { PreSharedKey, RouterConfig } from "./resources.ts";
import type { Segment } from "./segment.ts";

const sshPort = 22;
/** Bytes of the node's memory file; the kernel takes what it needs of it. */
const memory = { router: "128M", transit: "64M", host: "64M" } as const;

/** A node's plug into a segment. */
export interface Plug {
  readonly segment: Segment;
  /** The interface's name. @default - `eth` and the plug's number */
  readonly name?: string;
  /** Address with prefix length. */
  readonly address: string;
  /** IPv6 address with prefix length. @default - none */
  readonly address6?: string;
}

/** What every node has in common: a container with its interfaces, and the configuration pushed into it over SSH. */
export abstract class LinuxNode extends Construct {
  /** The node's name in the lab. */
  readonly name: string;
  readonly #lab: Lab;
  readonly #role: NodeDeclaration["role"];
  readonly #plugs: Plug[];

  protected constructor(
    lab: Lab,
    id: string,
    role: NodeDeclaration["role"],
    plugs: readonly Plug[],
    routes: NodeDeclaration["routes"],
    more: Pick<NodeDeclaration, "nat" | "filters" | "platform"> = {},
    scope: Construct = lab,
  ) {
    super(scope, id);
    this.name = id;
    this.#lab = lab;
    this.#role = role;
    this.#plugs = [...plugs];
    const interfaces = Object.fromEntries(
      plugs.map(({ segment, name, ...addresses }, index) => [
        plugName(name, index),
        { segment: segment.name, ...addresses },
      ]),
    );
    const managementAddress = lab.addNode(id, { role, interfaces, ...(routes && { routes }), ...more });
    const container = this.#container(managementAddress);
    this.#config(container, managementAddress);
  }

  /** Address without prefix length on the interface with the given number. */
  protected addressOn(index: number): string {
    const plug = this.#plugs[index];
    if (!plug) throw new Error(`${this.name} has no eth${index}`);
    return plug.address.split("/")[0] ?? plug.address;
  }

  /** The lab this node belongs to. */
  protected get lab(): Lab {
    return this.#lab;
  }

  #container(managementAddress: string): Container {
    const lab = this.#lab;
    const subnets = [
      `mgmt0=${lab.managementSubnet}`,
      ...this.#plugs.map(({ segment, name }, index) => `${plugName(name, index)}=${segment.dockerSubnet}`),
    ];
    const container = new Container(this, "container", {
      name: `tw-${lab.labName}-${this.name}`,
      hostname: this.name,
      image: lab.routerImage,
      env: [
        `TW_NODE=${this.name}`,
        `TW_ROLE=${this.#role}`,
        `TW_KERNEL=${lab.kernel}`,
        `TW_MEMORY=${memory[this.#role]}`,
        `TW_INTERFACES=${subnets.join(" ")}`,
      ],
      capabilities: { add: ["CAP_NET_ADMIN"] },
      // User-mode Linux keeps its memory in a file here, and executes from it.
      tmpfs: { "/dev/shm": "rw,exec,size=256m" },
      mustRun: true,
      restart: "no",
      destroyGraceSeconds: 3,
      networksAdvanced: [
        { name: lab.managementNetworkName, ipv4Address: managementAddress },
        ...this.#plugs.map(({ segment }) => ({ name: segment.networkName })),
      ],
      // By path, so that the key is in neither state nor `docker inspect`.
      upload: [
        {
          file: "/etc/ssh/ssh_host_ed25519_key",
          source: lab.access.hostKeyFile(this.name),
          sourceHash: lab.access.hostKeyHash(this.name),
          permissions: "0600",
        },
        { file: "/root/.ssh/authorized_keys", content: lab.access.authorizedKey, permissions: "0600" },
      ],
      labels: lab.labels({ node: this.name, role: this.#role, kernel: lab.kernel }),
      // Another network under the old name is not the one that the container is in.
      lifecycle: {
        replaceTriggeredBy: [
          lab.managementNetworkResource,
          ...this.#plugs.map(({ segment }) => segment.networkResource),
        ],
      },
    });
    container.overrideLogicalId(this.name);
    return container;
  }

  #config(container: Container, managementAddress: string): void {
    const lab = this.#lab;
    const text = (part: keyof NodeTexts) => lazyText(() => lab.plannedNode(this.name).texts[part]);
    const config = new RouterConfig(this, "config", {
      node: this.name,
      host: managementAddress,
      port: sshPort,
      identityFile: lab.access.identityFile,
      hostKey: lab.access.hostKey(this.name),
      containerId: container.id,
      sysctl: text("sysctl"),
      firewall: text("firewall"),
      interfaces: text("interfaces"),
      ipsec: text("ipsec"),
      ipsecSecrets: text("ipsecSecrets"),
      routing: text("routing"),
      keepalive: text("keepalive"),
      preSharedKeysWo: lazyMap(() =>
        Object.fromEntries(
          lab.plannedNode(this.name).pskTunnels.map((tunnel) => [tunnel, PreSharedKey.reference(tunnel)]),
        ),
      ),
      preSharedKeysVersion: lazyNumber(() => (lab.plannedNode(this.name).pskTunnels.length > 0 ? 1 : 0)),
    });
    config.overrideLogicalId(this.name);
    lab.addRevision(this.name, config.revision);
  }
}

function plugName(name: string | undefined, index: number): string {
  return name ?? `eth${index}`;
}

/** A way to stand routers up, as the bench sees it. */
import type { Children } from "../children.ts";

/** What every peer is given. */
export interface PeerSurroundings {
  readonly children: Children;
  /** A folder of its own, taken away afterwards. */
  readonly folder: string;
  /** Our router image; for the others it is Debian's FRR without a kernel of its own. */
  readonly image: string;
  readonly terraform: string;
  /** The folder that holds Docker's provider as a mirror. */
  readonly dockerMirror: string;
  /** Our project. */
  readonly root: string;
}

/** One of those that are compared. */
export interface Peer {
  readonly name: string;
  /** What it does, and what not, in a sentence: the comparison is of that. */
  readonly does: string;
  /** What was changed about it so that it runs here; null where nothing was. */
  readonly changed: string | null;
  /** Makes ready, not timed. Gives why it cannot take part on this machine, null when it can. */
  readonly prepare: () => Promise<string | null>;
  readonly up: () => Promise<unknown>;
  /** Whether its routers are neighbours in state Full; null where `up` itself has waited for that. */
  readonly isFull: (() => Promise<boolean>) | null;
  readonly down: () => Promise<unknown>;
}

/** Makes a peer for a run. */
export type MakePeer = (surroundings: PeerSurroundings) => Peer;

/** FRR's configuration of one of two routers on one link: what the peers' labs are. */
export function plainFrr(node: 1 | 2, linkDevice: string, address: string | null): Readonly<Record<string, string>> {
  return {
    daemons:
      'zebra=yes\nospfd=yes\nstaticd=no\nbgpd=no\nvtysh_enable=yes\nzebra_options="  -A 127.0.0.1"\nospfd_options="  -A 127.0.0.1"\n',
    "frr.conf": [
      `hostname r${node}`,
      "router ospf",
      ` ospf router-id 1.1.1.${node}`,
      " network 10.99.0.0/16 area 0",
      "exit",
      `interface ${linkDevice}`,
      ...(address === null ? [] : [` ip address ${address}`]),
      " ip ospf network point-to-point",
      " ip ospf hello-interval 1",
      " ip ospf dead-interval 4",
      "exit",
      "",
    ].join("\n"),
    "vtysh.conf": "service integrated-vtysh-config\n",
  };
}

/** What a plain container of the image runs in place of our own first process. */
export const plainFrrCommand = [
  "/bin/sh",
  "-c",
  "mkdir -p /run/frr /var/tmp/frr /var/log/frr; chown frr:frr /run/frr /var/tmp/frr /var/log/frr /etc/frr/*; /usr/lib/frr/frrinit.sh start; exec sleep infinity",
] as const;

/** Whether both containers have a neighbour in state Full. */
export async function areFull(children: Children, containers: readonly string[]): Promise<boolean> {
  for (const name of containers) {
    const said = await children
      .run("docker", ["exec", name, "vtysh", "-c", "show ip ospf neighbor"], { cwd: "/", good: [0, 1] })
      .catch(() => "");
    if (!said.includes("Full/")) return false;
  }
  return true;
}

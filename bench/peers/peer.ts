/** A way to stand routers up, as the bench sees it. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
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

/** Writes FRR's configuration of two routers on one link into r1/ and r2/ of the folder: what the peers' labs are. `addressed`: FRR gives the addresses too. */
export function writePlainFrr(
  folder: string,
  linkDevice: string,
  { addressed }: { readonly addressed: boolean },
): void {
  for (const node of [1, 2] as const) {
    mkdirSync(join(folder, `r${node}`), { recursive: true });
    const texts = plainFrr(node, linkDevice, addressed ? plainAddress(node) : null);
    for (const [name, text] of Object.entries(texts)) writeFileSync(join(folder, `r${node}`, name), text);
  }
}

/** Of a router, without its prefix length. */
export const plainHost = (node: 1 | 2): string => `10.99.1.${node}`;
const plainAddress = (node: 1 | 2): string => `${plainHost(node)}/24`;

/** The files that are written for each. */
export const frrFiles = ["daemons", "frr.conf", "vtysh.conf"] as const;

function plainFrr(node: 1 | 2, linkDevice: string, address: string | null): Record<(typeof frrFiles)[number], string> {
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

/** Starts FRR in a plain container of the image, in place of our own first process. */
export const startFrr =
  "mkdir -p /run/frr /var/tmp/frr /var/log/frr; chown frr:frr /run/frr /var/tmp/frr /var/log/frr /etc/frr/*; /usr/lib/frr/frrinit.sh start";

/** Whether each router has a neighbour in state Full; a router is given as what `docker exec` runs its vtysh with. */
export async function areFull(children: Children, routers: readonly (readonly string[])[]): Promise<boolean> {
  for (const vtysh of routers) {
    const said = await children
      .run("docker", ["exec", ...vtysh, "-c", "show ip ospf neighbor"], { cwd: "/", good: [0, 1] })
      .catch(() => "");
    if (!said.includes("Full/")) return false;
  }
  return true;
}

/** The vtysh of a container that is a router. */
export const vtyshOf = (container: string): readonly string[] => [container, "vtysh"];

/** What an error says, without what it quotes. */
export function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n")[0] ?? "";
}

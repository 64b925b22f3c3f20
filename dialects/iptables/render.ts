import type { NodeModel, TunnelEndModel } from "../../model/lab-model.ts";

/**
 * The `firewall` section of a router: an `iptables-restore --noflush` file, worded as `iptables-save` words it.
 * Naming a chain flushes it, so a router always names all of ours, also when they are to be empty; hosts and transit name none.
 *
 * For each tunnel it fails closed: GRE between the outer addresses that no IPsec policy protects is dropped, both ways,
 * whatever charon does. And it keeps the TCP MSS down for connections through the tunnel, both ways, as `ip tcp adjust-mss`
 * does: `--set-mss` never raises an MSS (Linux net/netfilter/xt_TCPMSS.c: "Never increase MSS, even when setting it").
 * @see iptables-restore(8), iptables-extensions(8) "policy", "TCPMSS"
 */
export function renderFirewall(node: NodeModel): string {
  if (node.role !== "router") return "";
  return [
    "*filter",
    ":TW-FORWARD - [0:0]",
    ":TW-INPUT - [0:0]",
    ":TW-OUTPUT - [0:0]",
    ...node.tunnels.map(({ localOuterAddress: here, remoteOuterAddress: there }) => dropUnprotected("in", here, there)),
    ...node.tunnels.map(({ localOuterAddress: here, remoteOuterAddress: there }) =>
      dropUnprotected("out", here, there),
    ),
    "COMMIT",
    "*mangle",
    ":TW-FORWARD - [0:0]",
    ...node.tunnels.flatMap(clampMss),
    "COMMIT",
    "",
  ].join("\n");
}

/** The rule that drops GRE between the outer addresses which no IPsec policy protects, as `iptables-save` words it. */
export function dropUnprotected(way: "in" | "out", here: string, there: string): string {
  const [source, destination] = way === "in" ? [there, here] : [here, there];
  const chain = way === "in" ? "TW-INPUT" : "TW-OUTPUT";
  return `-A ${chain} -s ${source}/32 -d ${destination}/32 -p gre -m policy --dir ${way} --pol none -j DROP`;
}

function clampMss({ name, tcpMssBytes }: TunnelEndModel): string[] {
  return ["-i", "-o"].map(
    (way) => `-A TW-FORWARD ${way} ${name} -p tcp -m tcp --tcp-flags SYN,RST SYN -j TCPMSS --set-mss ${tcpMssBytes}`,
  );
}

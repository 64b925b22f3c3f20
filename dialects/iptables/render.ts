import type { NodeModel, TunnelEndModel } from "../../model/lab-model.ts";

/**
 * The `firewall` section of a router: an `iptables-restore --noflush` file, worded as `iptables-save` words it.
 * Naming a chain flushes it, so a router always names all of ours, also when they are to be empty; hosts name none.
 *
 * For each tunnel it fails closed: what no IPsec policy protects is dropped, both ways, whatever charon does. And it keeps the
 * TCP MSS down for connections through the tunnel, both ways, as `ip tcp adjust-mss` does: `--set-mss` never raises an MSS
 * (Linux net/netfilter/xt_TCPMSS.c: "Never increase MSS, even when setting it").
 * @see iptables-restore(8), iptables-extensions(8) "policy", "TCPMSS", "SNAT", "DNAT"
 */
export function renderFirewall(node: NodeModel): string {
  if (node.role === "transit") return renderTransit(node);
  if (node.role !== "router") return "";
  // Two tunnels between the same sites by one outside interface guard the same.
  const guards = [...new Set(node.tunnels.flatMap(guardRules))];
  const of = (chain: string): string[] => guards.filter((rule) => rule.startsWith(`-A ${chain} `));
  return [
    "*filter",
    ":TW-FORWARD - [0:0]",
    ":TW-INPUT - [0:0]",
    ":TW-OUTPUT - [0:0]",
    ...of("TW-FORWARD"),
    ...of("TW-INPUT"),
    ...of("TW-OUTPUT"),
    "COMMIT",
    "*mangle",
    ":TW-FORWARD - [0:0]",
    ...node.tunnels.flatMap(clampMss),
    "COMMIT",
    "",
  ].join("\n");
}

/**
 * The rules that drop what should be in IPsec and is not, as `iptables-save` words them: GRE between the outer addresses, and what
 * goes between the sites past the tunnel: when its route is withdrawn, the default route leads outside. With IPsec over GRE and
 * IPsec alone, packets between the sites that no policy protects. None for a tunnel without IPsec.
 */
export function guardRules(
  end: Pick<
    TunnelEndModel,
    "order" | "localOuterAddress" | "remoteOuterAddress" | "outsideInterface" | "selectors" | "sites"
  >,
): string[] {
  const { order, localOuterAddress: here, remoteOuterAddress: there, outsideInterface, selectors, sites } = end;
  switch (order) {
    case "gre":
      return [];
    case "gre-over-ipsec":
      return [
        dropUnprotected("TW-INPUT", "in", `${there}/32`, `${here}/32`, " -p gre"),
        dropUnprotected("TW-OUTPUT", "out", `${here}/32`, `${there}/32`, " -p gre"),
        ...sites.local.flatMap((own) =>
          sites.remote.flatMap((other) => [
            `-A TW-FORWARD -s ${other} -d ${own} -i ${outsideInterface} -j DROP`,
            `-A TW-FORWARD -s ${own} -d ${other} -o ${outsideInterface} -j DROP`,
          ]),
        ),
      ];
    case "ipsec":
    case "ipsec-over-gre":
      return selectors.local.flatMap((own) =>
        selectors.remote.flatMap((other) => [
          dropUnprotected("TW-FORWARD", "in", other, own),
          dropUnprotected("TW-FORWARD", "out", own, other),
          dropUnprotected("TW-INPUT", "in", other, own),
          dropUnprotected("TW-OUTPUT", "out", own, other),
        ]),
      );
  }
}

function dropUnprotected(chain: string, way: "in" | "out", source: string, destination: string, protocol = ""): string {
  return `-A ${chain} -s ${source} -d ${destination}${protocol} -m policy --dir ${way} --pol none -j DROP`;
}

function clampMss({ name, order, selectors, tcpMssBytes }: TunnelEndModel): string[] {
  const clamp = (match: string, more: string): string =>
    `-A TW-FORWARD ${match} -p tcp${more} -m tcp --tcp-flags SYN,RST SYN -j TCPMSS --set-mss ${tcpMssBytes}`;
  if (order !== "ipsec") return ["-i", "-o"].map((way) => clamp(`${way} ${name}`, ""));
  // Without a device it is the policy that tells what goes in and out.
  const policy = (way: "in" | "out"): string => ` -m policy --dir ${way} --pol ipsec`;
  return selectors.local.flatMap((own) =>
    selectors.remote.flatMap((other) => [
      clamp(`-s ${other} -d ${own}`, policy("in")),
      clamp(`-s ${own} -d ${other}`, policy("out")),
    ]),
  );
}

/** What a transit does to packets on their way: static NAT, and filters; empty where it does nothing. */
function renderTransit({ nat, filters }: NodeModel): string {
  const blocked = ["TW-FORWARD", "TW-OUTPUT"];
  const lines = [
    ...(filters.length === 0
      ? []
      : [
          "*filter",
          ...["TW-FORWARD", "TW-INPUT", "TW-OUTPUT"].map((chain) => `:${chain} - [0:0]`),
          ...blocked.map((chain) => `-A ${chain} -p icmp -m icmp --icmp-type 3/4 -j DROP`),
          "COMMIT",
        ]),
    ...(nat.length === 0
      ? []
      : [
          "*nat",
          ":TW-POSTROUTING - [0:0]",
          ":TW-PREROUTING - [0:0]",
          ...nat.map(
            (each) =>
              `-A TW-POSTROUTING -s ${each.insideAddress}/32 -o ${each.interface} -j SNAT --to-source ${each.outsideAddress}`,
          ),
          ...nat.map(
            (each) =>
              `-A TW-PREROUTING -d ${each.outsideAddress}/32 -i ${each.interface} -j DNAT --to-destination ${each.insideAddress}`,
          ),
          "COMMIT",
        ]),
  ];
  return lines.map((line) => `${line}\n`).join("");
}

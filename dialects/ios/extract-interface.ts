import type { CommandName } from "./command-table.ts";
import { interfaceName, maskLength, type IosInterface } from "./device.ts";
import { said, type Current, type Handler, type Statement } from "./extraction.ts";
import type { Arguments } from "./command-tree.ts";

/** `keepalive` alone (Cisco document 118370). */
const defaultKeepalive = { periodSeconds: 10, retryCount: 3 };
/** `no keepalive` on a tunnel is the default. */

type Setter = (target: IosInterface, args: Arguments, statement: Statement) => void;

/** Applies to every interface that was entered: one, or those of a range. */
function each(set: Setter): Handler {
  return ({ interfaces }: Current, args, statement) => {
    for (const target of interfaces) {
      set(target, args, statement);
      target.lastLine = statement.line;
    }
  };
}

export const interfaceHandlers = {
  interface: {
    description: each((target, args, at) => (target.description = said(args.text ?? "", at))),
    "ip-address": each((target, args, at) => {
      const prefixLength = maskLength(args.mask ?? "0.0.0.0");
      target.address = prefixLength === undefined ? null : said({ address: args.address ?? "", prefixLength }, at);
      target.addressGiven = null;
    }),
    "ip-address-secondary": each((target, args, at) => {
      const prefixLength = maskLength(args.mask ?? "");
      const value = prefixLength === undefined ? null : said({ address: args.address ?? "", prefixLength }, at);
      if (value) target.secondaries.push(value);
    }),
    "ip-address-given": each((target, args, at) => (target.addressGiven = said(args.how ?? "", at))),
    "ip-unnumbered": each((target, args, at) => (target.unnumbered = said(interfaceName(args.interface ?? ""), at))),
    "ipv6-address": each((target, args, at) => (target.address6 = said(args.address ?? "", at))),
    mtu: each((target, args, at) => (target.mtuBytes = said(Number(args.bytes), at))),
    "ip-mtu": each((target, args, at) => (target.ipMtuBytes = said(Number(args.bytes), at))),
    "tcp-mss": each((target, args, at) => (target.tcpMssBytes = said(Number(args.bytes), at))),
    shutdown: each((target, _, at) => (target.shutdown = { value: !at.negated, line: at.line })),
    bandwidth: each((target, args, at) => (target.bandwidth = said(Number(args.kilobitsPerSecond), at))),
    delay: each((target, args, at) => (target.delay = said(Number(args.tensOfMicroseconds), at))),
    "crypto-map": each((target, args, at) => (target.cryptoMap = said(args.name ?? "", at))),
    vrf: each((target, args, at) => {
      target.vrf = said(args.vrf ?? "", at);
      // IOS takes the addresses away when the VRF changes.
      target.address = null;
    }),
    "access-group": each(
      (target, args, at) => (target[args.direction === "out" ? "accessOut" : "accessIn"] = said(args.acl ?? "", at)),
    ),
    nat: each((target, args, at) => (target.nat = said(args.side === "outside" ? "outside" : "inside", at))),
    unreachables: each((target, _, at) => (target.noUnreachables = at.negated ? { value: true, line: at.line } : null)),
    urpf: each((target, args, at) => (target.urpf = said(args.rest ?? "", at))),
    keepalive: each((target, args, at) => {
      const periodSeconds = Number(args.seconds ?? defaultKeepalive.periodSeconds);
      const retryCount = Number(args.retries ?? defaultKeepalive.retryCount);
      target.keepalive = periodSeconds === 0 ? null : said({ periodSeconds, retryCount }, at);
    }),
    "tunnel-source": each(
      (target, args, at) =>
        (target.tunnelSource = said(
          {
            interface: args.interface === undefined ? null : interfaceName(args.interface),
            address: args.address ?? null,
          },
          at,
        )),
    ),
    "tunnel-destination": each(
      (target, args, at) => (target.tunnelDestination = said(args.address ?? args.name ?? "", at)),
    ),
    "tunnel-mode": each((target, args, at) => (target.tunnelMode = said(tunnelMode(args), at))),
    "tunnel-key": each((target, args, at) => (target.tunnelKey = said(Number(args.key), at))),
    "tunnel-checksum": each((target, _, at) => (target.tunnelChecksum = said(true as const, at))),
    "tunnel-sequence": each((target, _, at) => (target.tunnelSequence = said(true as const, at))),
    "tunnel-pmtud": each((target, _, at) => (target.tunnelPmtud = said(true as const, at))),
    "tunnel-protection": each(
      (target, args, at) => (target.tunnelProtection = said({ profile: args.profile ?? "", shared: false }, at)),
    ),
    "tunnel-vrf": each((target, args, at) => (target.tunnelVrf = said(args.vrf ?? "", at))),
    "ipsec-df-bit": each((target, args, at) => (target.dfBit = said(args.bit ?? "", at))),
    "ipsec-fragmentation": each(() => undefined),
    "ospf-area": each((target, args, at) => (target.ospf.area = said(args.area ?? "0", at))),
    "ospf-network": each((target, args, at) => (target.ospf.network = said(args.type ?? "", at))),
    "ospf-hello": each((target, args, at) => (target.ospf.hello = said(Number(args.seconds), at))),
    "ospf-dead": each((target, args, at) => (target.ospf.dead = said(Number(args.seconds), at))),
    "ospf-cost": each((target, args, at) => (target.ospf.cost = said(Number(args.cost), at))),
    "ospf-bfd": each((target, _, at) => (target.ospf.bfd = said(true as const, at))),
    bfd: each(
      (target, args, at) =>
        (target.bfd = said({ intervalMs: Number(args.intervalMs), multiplier: Number(args.multiplier) }, at)),
    ),
    "ospf-mtu-ignore": each((target, _, at) => (target.ospf.mtuIgnore = !at.negated)),
  } satisfies Readonly<Record<CommandName<"interface">, Handler>>,
};

function tunnelMode({ mode, carrier }: Arguments): "gre" | "gre6" | "mgre" | "ipsec" | "other" {
  if (mode === "ipsec") return carrier === "ipv6" ? "other" : "ipsec";
  if (mode !== "gre") return "other";
  return carrier === "multipoint" ? "mgre" : carrier === "ipv6" ? "gre6" : "gre";
}

/** What a twin of pasted configurations on Linux routers cannot enact as IOS would, told before it is started. */
import type { LabDeclaration, TunnelDeclaration } from "../../model/declaration.ts";
import { isIn, type IosDevice, type IosInterface, type IosRoute } from "./device.ts";
import type { IosEnd } from "./ends.ts";
import type { LintedIos } from "./lint.ts";
import type { IosRuleId } from "./rules/catalogue.ts";

/** One difference: what the twin does otherwise, or has not, and why. */
export interface TwinDifference {
  readonly what: string;
  readonly why: string;
  /** `R1 line 12`; `null` where no single line says it. */
  readonly where: string | null;
}

/** What {@link twinDifferences} looks at. */
type Pasted = Pick<LintedIos, "devices" | "pairs" | "findings">;

/**
 * The differences between the texts on IOS and the lab declared from them, in the order in which a reader asks: what was added, what the
 * tunnels do otherwise, what is left out. What is only assumed is told by the rule ios/assumed.
 */
export function twinDifferences(pasted: Pasted, lab: LabDeclaration): TwinDifference[] {
  return [
    ...addedNodes(lab),
    ...Object.entries(lab.tunnels).flatMap(([name, tunnel]) => [
      ...keys(name, tunnel),
      ...keepalives(name, tunnel),
      ...bfdTimers(name, tunnel),
    ]),
    ...pasted.pairs.flatMap(({ left, right }) => [...deadPeers(left, right), ...unsaidMtu(left, right)]),
    ...unshownErrors(pasted),
    ...pasted.devices.flatMap((device) => [...leftOut(device, peersOf(pasted, device)), ...lineCounts(device)]),
  ];
}

function at(device: IosDevice, line: number): string {
  return `${device.name} line ${line}`;
}

function addedNodes({ nodes }: LabDeclaration): TwinDifference[] {
  const of = (role: string) => Object.entries(nodes).filter(([, node]) => node.role === role);
  const hosts = of("host").map(([name, { interfaces }]) => `${name} (${interfaces.eth0?.address ?? ""})`);
  const providers = of("transit").map(([name]) => name);
  const added = [...hosts, ...providers];
  if (added.length === 0) return [];
  return [
    {
      what: `${added.join(", ")}: added, and in no text`,
      why: "the texts are the routers' alone; somebody has to send, and somebody to carry",
      where: null,
    },
  ];
}

function keys(name: string, { order }: TunnelDeclaration): TwinDifference[] {
  if (order === "gre") return [];
  return [
    {
      what: `${name} has a pre-shared key of its own, 32 random bytes`,
      why: "a key that was pasted is known to others: it is in no declaration, file or state here",
      where: null,
    },
  ];
}

/** The answer comes from the far end: its protection decides (Cisco document 118370). */
function keepalives(name: string, { order, left, right }: TunnelDeclaration): TwinDifference[] {
  if (order !== undefined && order !== "gre-over-ipsec") return [];
  return [
    { own: left, far: right },
    { own: right, far: left },
  ].flatMap(({ own, far }) => {
    if (!own.keepalive) return [];
    const { periodSeconds, retryCount } = own.keepalive;
    const told = `keepalive ${periodSeconds} ${retryCount} on ${name} of ${own.router}`;
    if (far.protection !== "crypto-map")
      return [
        {
          what: `${told}: the line protocol stays up here; on IOS it goes down after ${retryCount * periodSeconds} to ${(retryCount + 1) * periodSeconds} s`,
          why: `${far.router} has tunnel protection, which IOS's answers pass by in clear (Cisco document 118370, not run on IOS); Linux encrypts them (measured)`,
          where: null,
        },
      ];
    if (own.protection === "crypto-map") return [];
    return [
      {
        what: `${told}: works here, and Cisco does not support it together with tunnel protection`,
        why: "Cisco document 118370; Linux encrypts request and answer (measured)",
        where: null,
      },
    ];
  });
}

/** What was measured with routers of user-mode Linux on two cores (docs/failover.md). */
const measuredBfdMs = 300;

function bfdTimers(name: string, { routing }: TunnelDeclaration): TwinDifference[] {
  if (routing?.protocol !== "ospf" || !routing.bfd || routing.bfd.intervalMs >= measuredBfdMs) return [];
  return [
    {
      what: `bfd interval ${routing.bfd.intervalMs} on ${name} may flap here`,
      why: `FRR's bfdd works in software, and a busy machine is late: ${measuredBfdMs} ms is what was measured (docs/failover.md)`,
      where: null,
    },
  ];
}

function deadPeers(left: IosEnd, right: IosEnd): TwinDifference[] {
  if (left.order === "gre") return [];
  const said = [left, right].flatMap((end) => {
    const found = saidDpd(end);
    return found ? [at(end.device, found.line)] : [];
  });
  const [first] = said;
  const table =
    "charon repeats an unanswered question after 1.0 s, then 1.8 times as late each time, and gives up after 41 s (IKEv2) or 60 s (IKEv1)";
  return first === undefined
    ? [
        {
          what: `${left.name}: charon asks after 10 s of silence whether the peer is there; the text asks for no dead peer detection`,
          why: `IOS asks nobody unless it is told; ${table}`,
          where: null,
        },
      ]
    : [
        {
          what: `dead peer detection of ${left.name} has the text's seconds, not its retries`,
          why: table,
          where: first,
        },
      ];
}

function saidDpd({ device, protection }: IosEnd): { readonly line: number } | null {
  if (protection?.ikeVersion !== 2) return device.isakmpKeepalive;
  return device.ikev2Profiles.get(protection.profile.ikev2Profile?.value ?? "")?.dpd ?? device.ikev2Dpd;
}

function unsaidMtu(left: IosEnd, right: IosEnd): TwinDifference[] {
  if (left.order === "gre" || !left.tunnel || left.tunnel.ipMtuBytes || right.tunnel?.ipMtuBytes) return [];
  return [
    {
      what: `${left.name} has no ip mtu in the text: the twin takes the largest that travels whole, IOS 24 bytes less than its link`,
      why: "what IOS's default forgets of ESP is fragmented after encryption (Cisco document 25885); say ip mtu where that is to be seen",
      where: at(left.device, left.line),
    },
  ];
}

/** Errors of which the twin shows something, or tells by itself. */
const shown: ReadonlySet<IosRuleId> = new Set<IosRuleId>(["ios/keepalive-protection", "ios/mtu-exceeds-path"]);

function unshownErrors({ findings }: Pasted): TwinDifference[] {
  return findings
    .filter(({ severity, ruleId }) => severity === "error" && !shown.has(ruleId))
    .map(({ what, ruleId, where }) => ({
      what: `not shown by the twin: ${what} (${ruleId})`,
      why: "the twin is what both ends agree on; that IOS would stumble here is told, not enacted",
      where,
    }));
}

/** Commands that are understood, and are no part of a tunnel between two sites. */
function leftOut(device: IosDevice, peers: readonly string[]): TwinDifference[] {
  const interfaces = [...device.interfaces.values()];
  const tunnels = interfaces.filter(({ name }) => name.startsWith("Tunnel"));
  const parts: readonly (readonly [string, readonly number[]])[] = [
    ["NAT", device.nat.map(({ line }) => line)],
    ["access groups", interfaces.flatMap(({ accessIn, accessOut }) => lines(accessIn, accessOut))],
    ["reverse path checks", interfaces.flatMap(({ urpf }) => lines(urpf))],
    ["secondary addresses", interfaces.flatMap(({ secondaries }) => lines(...secondaries))],
    ["IP SLA and tracking", [...device.slas.values(), ...device.tracks.values()].map(({ line }) => line)],
    ["BGP", device.routing.flatMap(({ protocol, line }) => (protocol === "bgp" ? [line] : []))],
    ["the DF bit of ESP", tunnels.length > 0 ? lines(device.dfBit, ...interfaces.map(({ dfBit }) => dfBit)) : []],
    [
      "routes beside those to the peer and over the tunnel",
      device.routes.filter((route) => isPlainRoute(route, tunnels, peers)).map(({ line }) => line),
    ],
  ];
  return parts.flatMap(([what, said]) => {
    if (said.length === 0) return [];
    return [
      {
        what: `${what} of ${device.name}, not in the twin`,
        why: "a lab has a tunnel, the way it takes and the sites behind it",
        where: `${device.name} line${said.length === 1 ? "" : "s"} ${said.toSorted((a, b) => a - b).join(", ")}`,
      },
    ];
  });
}

/** The outer addresses of the far ends. */
function peersOf({ pairs }: Pasted, device: IosDevice): string[] {
  return pairs.flatMap(({ left, right }) =>
    left.device === device ? (right.sourceAddress ?? []) : right.device === device ? (left.sourceAddress ?? []) : [],
  );
}

/** Neither the way to a peer nor a route over a tunnel. */
function isPlainRoute(
  { destination, prefixLength, interface: name, via }: IosRoute,
  tunnels: readonly Pick<IosInterface, "name" | "address">[],
  peers: readonly string[],
): boolean {
  const isOverTunnel = tunnels.some(
    (tunnel) => tunnel.name === name || (via !== null && tunnel.address !== null && isIn(via, tunnel.address.value)),
  );
  const isToPeer = peers.some((peer) => isIn(peer, { address: destination, prefixLength }));
  return !isToPeer && !isOverTunnel;
}

function lines(...said: readonly ({ readonly line: number } | null)[]): number[] {
  return said.flatMap((each) => (each ? [each.line] : []));
}

function lineCounts({ name, text }: IosDevice): TwinDifference[] {
  const commands = (status: "ignored" | "unknown" | "refused") =>
    text.lines.filter(
      (line) => line.status === status && (status !== "ignored" || line.reason.endsWith("bearing on tunnels")),
    ).length;
  const counts = (["ignored", "unknown", "refused"] as const).flatMap((status) => {
    const count = commands(status);
    return count === 0 ? [] : [`${count} ${status}`];
  });
  if (counts.length === 0) return [];
  return [
    {
      what: `commands of ${name} that the twin has nothing of: ${counts.join(", ")}`,
      why: "npx tunnelwright import tells what became of each line",
      where: null,
    },
  ];
}

/** Checks on pasted outputs of IOS, offline: what was predicted beside what they say. What they do not say is unknown, never passed. */
import { readableCommand } from "../../dialects/ios/show/read-show.ts";
import type { CheckKindName, LabPlan, PlannedCheck, PlannedEnd, PlannedTunnel } from "../../model/plan-document.ts";
import { worstVerdict, type CheckResult, type Evidence, type Fact, type RunResult } from "../../model/run-result.ts";
import { compare, type Judgement } from "../check-kind.ts";
import { gatherEvidence, type IosEvidence, type PastedOutput } from "./ios-evidence.ts";
import { activeSas, flowOf, ikeFacts, ipsecFacts } from "./judge-ios-sas.ts";

/** What is judged. */
export interface IosJudging {
  readonly plan: LabPlan;
  readonly planSha256: string;
  readonly outputs: readonly PastedOutput[];
  /** The time of day, ISO 8601 in UTC. */
  readonly nowIso: string;
  /** Only these kinds of checks. @default - all that are not disruptive */
  readonly kinds?: readonly CheckKindName[];
}

/** `null` for an end that is not IOS: nothing is asked of it. */
type Judge = (tunnel: PlannedTunnel, left: IosEvidence | null, right: IosEvidence | null) => Fact[];

interface JudgedKind {
  readonly facts: Judge;
  /** What must be pasted of both routers. */
  readonly commands: (tunnel: PlannedTunnel) => readonly string[];
}

const atBothEnds =
  (facts: (tunnel: PlannedTunnel, here: PlannedEnd, evidence: IosEvidence) => Fact[]): Judge =>
  (tunnel, left, right) => [
    ...(left ? facts(tunnel, tunnel.left, left) : []),
    ...(right ? facts(tunnel, tunnel.right, right) : []),
  ];

const judged: Partial<Readonly<Record<CheckKindName, JudgedKind>>> = {
  "ike-sa": {
    facts: atBothEnds(ikeFacts),
    commands: ({ ikeVersion }) =>
      ikeVersion === 2 ? ["show crypto ikev2 sa"] : ["show crypto isakmp sa", "show crypto isakmp sa detail"],
  },
  "child-sa": { facts: atBothEnds(ipsecFacts), commands: () => ["show crypto ipsec sa"] },
  "ends-agree": {
    facts: (tunnel, left, right) => (left && right ? agreementFacts(tunnel, left, right) : []),
    commands: ({ left }) => [
      "show crypto ipsec sa",
      ...(left.device === null ? [] : ["show ip interface", "show interfaces"]),
    ],
  },
  "tunnel-up": { facts: atBothEnds(tunnelFacts), commands: () => ["show interfaces", "show ip interface"] },
  "ospf-full": { facts: atBothEnds(ospfFacts), commands: () => ["show ip ospf neighbor"] },
};

/** Judges every check of the plan that outputs can show, and tells of the others that they cannot. */
export function judgeIosOutputs({ plan, planSha256, outputs, nowIso, kinds }: IosJudging): RunResult {
  const asked = plan.checks.filter(({ kind, disruptive }) => (kinds ? kinds.includes(kind) : !disruptive));
  const checks = asked.map((check) => judgeOne(plan, check, outputs));
  const routers = [...new Set(outputs.map(({ router }) => router))];
  return {
    format: "tunnelwright-run/1",
    lab: plan.lab,
    planSha256,
    startedAt: nowIso,
    durationMs: 0,
    verdict: worstVerdict(checks.map(({ verdict }) => verdict)),
    kernels: Object.fromEntries(routers.map((router) => [router, "IOS, outputs as pasted"])),
    checks,
  };
}

function judgeOne(plan: LabPlan, check: PlannedCheck, outputs: readonly PastedOutput[]): CheckResult {
  const { kind, id, title } = check;
  const tunnel = plan.tunnels.find(({ name }) => name === check.tunnel);
  if (!tunnel) throw new Error(`check ${id} names the tunnel ${check.tunnel}, which the plan does not have`);
  const result = { id, kind, title, blockedBy: [], settle: { name: "none", timeoutMs: 0 }, durationMs: 0 };
  const how = judged[kind];
  const routers = [tunnel.left.router, tunnel.right.router];
  const judgement = judgeIosKind(kind, tunnel, outputs, routers);
  if (!how || !judgement)
    return {
      ...result,
      verdict: "unknown",
      summary: "no output that can be read shows it: it takes packets",
      facts: [],
      lookAt: [],
      evidence: [],
    };
  const commands = how.commands(tunnel);
  return {
    ...result,
    ...judgement,
    facts: [...judgement.facts],
    lookAt:
      judgement.verdict === "pass"
        ? []
        : commands.map((command) => `\`${command}\` of ${tunnel.left.router} and of ${tunnel.right.router}`),
    evidence: evidenceOf(outputs, routers, commands),
  };
}

/** Whether outputs of `show` commands can tell of such a check. */
export function isToldByIos(kind: CheckKindName): boolean {
  return judged[kind] !== undefined;
}

/** The commands whose outputs show a kind of check; none where no output does. */
export function iosCommands(kind: CheckKindName, tunnel: PlannedTunnel): readonly string[] {
  return judged[kind]?.commands(tunnel) ?? [];
}

/** What the outputs of the named ends say of one kind of check; `null` for a kind that no output shows. What they do not say is unknown. */
export function judgeIosKind(
  kind: CheckKindName,
  tunnel: PlannedTunnel,
  outputs: readonly PastedOutput[],
  routers: readonly string[],
): Judgement | null {
  const how = judged[kind];
  if (!how) return null;
  const evidenceAt = ({ router }: PlannedEnd): IosEvidence | null =>
    routers.includes(router) ? gatherEvidence(outputs, router) : null;
  const facts = how.facts(tunnel, evidenceAt(tunnel.left), evidenceAt(tunnel.right));
  const wrong = facts.filter(({ agrees, measured }) => !agrees && measured !== "-");
  const missing = facts.filter(({ measured }) => measured === "-");
  // Of nothing that was seen nothing is said.
  const verdict = wrong.length > 0 ? "fail" : missing.length > 0 || facts.length === 0 ? "unknown" : "pass";
  return { verdict, summary: summaryOf(wrong, missing, facts), facts };
}

function summaryOf(wrong: readonly Fact[], missing: readonly Fact[], facts: readonly Fact[]): string {
  if (wrong.length > 0)
    return wrong
      .map(({ quantity, unit, predicted, measured }) =>
        `${quantity}: ${measured} instead of ${predicted} ${unit}`.trim(),
      )
      .join("; ");
  if (missing.length > 0) return `no output says: ${missing.map(({ quantity }) => quantity).join("; ")}`;
  return `${facts.length} ${facts.length === 1 ? "quantity" : "quantities"} as predicted`;
}

/** The outputs that were looked at, whole. */
function evidenceOf(
  outputs: readonly PastedOutput[],
  routers: readonly string[],
  commands: readonly string[],
): Evidence[] {
  const wanted = new Set(commands.map(readableCommand));
  return outputs
    .filter(({ router, command }) => routers.includes(router) && wanted.has(readableCommand(command)))
    .map(({ router, command, output }) => ({
      node: router,
      command: command.split(/\s+/),
      output,
      exitCode: 0,
      file: null,
    }));
}

/** Neither end alone can see it: each sends with the SPI that the other receives with. */
function agreementFacts({ left, right }: PlannedTunnel, atLeft: IosEvidence, atRight: IosEvidence): Fact[] {
  const flows = { left: flowOf(left, atLeft.ipsecFlows), right: flowOf(right, atRight.ipsecFlows) };
  const l = flows.left && activeSas(flows.left);
  const r = flows.right && activeSas(flows.right);
  const equal = (quantity: string, unit: string, here: string | undefined, there: string | undefined): Fact =>
    compare(
      `${quantity} at ${left.router} and ${right.router}`,
      unit,
      "equal",
      here === undefined || there === undefined ? null : here === there ? "equal" : `${here} / ${there}`,
    );
  const mtu = (end: PlannedEnd, evidence: IosEvidence): string | undefined => {
    const bytes = evidence.ipInterfaces?.find(({ name }) => isDevice(end, name))?.ipMtuBytes;
    return bytes == null ? undefined : String(bytes);
  };
  const key = (end: PlannedEnd, evidence: IosEvidence): string | undefined => {
    const tunnel = evidence.interfaces?.find(({ name }) => isDevice(end, name))?.tunnel;
    return tunnel?.keyTold ? String(tunnel.key ?? "no key") : undefined;
  };
  return [
    equal("mode installed", "", l?.inbound?.mode ?? undefined, r?.inbound?.mode ?? undefined),
    equal("transforms installed", "", l?.inbound?.transforms.join(" "), r?.inbound?.transforms.join(" ")),
    equal(`SPI ${left.router} → ${right.router}`, "", l?.outbound?.spi, r?.inbound?.spi),
    equal(`SPI ${right.router} → ${left.router}`, "", l?.inbound?.spi, r?.outbound?.spi),
    ...(left.device === null
      ? []
      : [
          equal("ip mtu", "bytes", mtu(left, atLeft), mtu(right, atRight)),
          equal("GRE key", "", key(left, atLeft), key(right, atRight)),
        ]),
  ];
}

function tunnelFacts(
  { name, greKey, order }: PlannedTunnel,
  here: PlannedEnd,
  { interfaces, ipInterfaces }: IosEvidence,
): Fact[] {
  const { router } = here;
  const found = interfaces?.find((each) => isDevice(here, each.name));
  const ip = ipInterfaces?.find((each) => isDevice(here, each.name));
  const state = found ?? ip;
  const seen = state
    ? `${state.status}/${state.lineProtocol}`
    : interfaces === null && ipInterfaces === null
      ? null
      : "no such interface";
  const facts = [compare(`${name} at ${router}`, "", "up/up", seen)];
  if (seen === "no such interface") return facts;
  return [
    ...facts,
    compare(`ip mtu of ${name} at ${router}`, "bytes", here.ipMtuBytes, ip?.ipMtuBytes),
    compare(`address of ${name} at ${router}`, "", here.tunnelAddress ?? "none", found?.address ?? ip?.address),
    compare(`source of ${name} at ${router}`, "", here.outerAddress, found?.tunnel?.source),
    compare(`destination of ${name} at ${router}`, "", here.peerAddress, found?.tunnel?.destination),
    // An interface whose transport is IPsec itself has no GRE.
    compare(
      `transport of ${name} at ${router}`,
      "",
      order === "ipsec" ? "IPSEC/IP" : "GRE/IP",
      found?.tunnel?.transport,
    ),
    compare(
      `GRE key of ${name} at ${router}`,
      "",
      greKey ?? "no key",
      found?.tunnel?.keyTold ? (found.tunnel.key ?? "no key") : null,
    ),
  ];
}

function ospfFacts({ left, right }: PlannedTunnel, here: PlannedEnd, { ospfNeighbors }: IosEvidence): Fact[] {
  const there = here === left ? right : left;
  const seen = ospfNeighbors?.find(({ interfaceName }) => isDevice(here, interfaceName));
  return [
    compare(
      `OSPF neighbour ${there.router} at ${here.router}`,
      "",
      "FULL",
      ospfNeighbors === null ? null : (seen?.state ?? "none"),
    ),
  ];
}

/** `tunnel0` of the plan is `Tunnel0` of IOS. */
function isDevice({ device }: PlannedEnd, name: string): boolean {
  return device !== null && name.toLowerCase() === device.toLowerCase();
}

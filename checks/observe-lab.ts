/** How a running lab is: asked of every node at once, judged by nobody. What does not answer is unknown, and stands in nobody's way. */
import { showImpairmentsCommand } from "../dialects/impair/command.ts";
import { readImpairments } from "../dialects/impair/read.ts";
import { isLineUp, type LinkState } from "../dialects/iproute2/read-link.ts";
import type { Impairment } from "../model/impairment.ts";
import type { LabStatus, LinkStatus, NodeStatus, TunnelEndStatus } from "../model/lab-status.ts";
import type { LabPlan, PlannedEnd, PlannedNode, PlannedTunnel } from "../model/plan-document.ts";
import type { Clock, Session } from "../model/session.ts";
import { towardOf, transitLinksOf, type TransitLink } from "../model/transit-links.ts";
import { askLink, askOspfNeighbors, askSas } from "./ask-end.ts";

/** What an observation is handed. */
export interface LabObservation {
  readonly plan: LabPlan;
  readonly clock: Clock;
  readonly on: <T>(node: string, work: (session: Session) => Promise<T>) => Promise<T>;
  /** Ends when time is up, for all of it: what has not been told by then is unknown. */
  readonly deadline: Promise<unknown>;
  /** Ends the observation at once. */
  readonly signal: AbortSignal;
}

/** Asks everything side by side. Throws the signal's reason when it is aborted, else nothing. */
export async function observeLab({ plan, clock, on, deadline, signal }: LabObservation): Promise<LabStatus> {
  const at = clock.nowIso();
  const late = deadline.then(() => {
    throw new Error("no answer in time");
  });
  late.catch(() => undefined);
  const problems = new Map<string, string>();
  /** `undefined` when the node did not tell. */
  const ask = async <T>(name: string, work: (session: Session) => Promise<T>): Promise<T | undefined> => {
    try {
      return await Promise.race([on(name, work), late]);
    } catch (error) {
      signal.throwIfAborted();
      const said = error instanceof Error ? error.message : String(error);
      if (!problems.has(name)) problems.set(name, said.split("\n")[0] ?? said);
      return undefined;
    }
  };
  const links = transitLinksOf(plan);
  const [nodes, impaired, tunnels] = await Promise.all([
    Promise.all(plan.nodes.map((node) => observeNode(node, ask))),
    observeTransits([...new Set(links.map(({ transit }) => transit))], ask),
    Promise.all(plan.tunnels.map((tunnel) => observeTunnel(tunnel, ask))),
  ]);
  const status = {
    format: "tunnelwright-status/1",
    lab: plan.lab,
    at,
    nodes: nodes.map((node) => ({ ...node, problem: problems.get(node.name) ?? null })),
    links: links.map((link) => linkStatus(link, plan, impaired.get(link.transit))),
    tunnels,
  } as const;
  return { ...status, isComplete: problems.size === 0 };
}

type Ask = <T>(node: string, work: (session: Session) => Promise<T>) => Promise<T | undefined>;

async function observeNode({ name, role }: PlannedNode, ask: Ask): Promise<Omit<NodeStatus, "problem">> {
  const told = await ask(name, async (session) => session.run(["cat", "/proc/uptime", "/run/tunnelwright/kernel"]));
  const [uptime = "", kernel = ""] = told?.stdout.split("\n") ?? [];
  const seconds = Number.parseFloat(uptime);
  return {
    name,
    role,
    reached: told !== undefined,
    uptimeSeconds: Number.isFinite(seconds) ? seconds : null,
    kernel: kernel === "" ? null : kernel,
  };
}

async function observeTransits(
  transits: readonly string[],
  ask: Ask,
): Promise<ReadonlyMap<string, readonly Impairment[] | undefined>> {
  const told = transits.map(async (transit) => {
    const impairments = await ask(transit, async (session) => {
      const { stdout, stderr, exitCode } = await session.run(showImpairmentsCommand());
      if (exitCode !== 0) throw new Error(`its impairments are not told: ${stderr.trim() || `exit code ${exitCode}`}`);
      return readImpairments(stdout);
    });
    return [transit, impairments] as const;
  });
  return new Map(await Promise.all(told));
}

function linkStatus(link: TransitLink, plan: LabPlan, impairments: readonly Impairment[] | undefined): LinkStatus {
  return {
    name: link.name,
    transit: link.transit,
    neighbours: [...link.neighbours],
    mtuBytes: plan.segments.find(({ name }) => name === link.name)?.mtuBytes ?? 0,
    impairments:
      impairments
        ?.filter(({ device }) => device === link.device)
        .map(({ way, effect }) => ({ toward: [...towardOf({ link, way })], effect })) ?? null,
  };
}

async function observeTunnel(tunnel: PlannedTunnel, ask: Ask): Promise<LabStatus["tunnels"][number]> {
  const hasIpsec = tunnel.order !== "gre";
  const hasOspf = tunnel.routing === "ospf";
  const [left, right] = await Promise.all(
    [tunnel.left, tunnel.right].map((end) => observeEnd(tunnel.name, end, { hasIpsec, hasOspf }, ask)),
  );
  if (!left || !right) throw new Error("a tunnel has two ends");
  return { name: tunnel.name, hasIpsec, hasOspf, left, right };
}

async function observeEnd(
  tunnel: string,
  { router, device }: PlannedEnd,
  { hasIpsec, hasOspf }: { readonly hasIpsec: boolean; readonly hasOspf: boolean },
  ask: Ask,
): Promise<TunnelEndStatus> {
  const [link, sas, neighbors] = await Promise.all([
    ask(router, async (session) => (await askLink(session, device)) ?? null),
    hasIpsec ? ask(router, async (session) => answered("charon", await askSas(session, tunnel))) : [],
    hasOspf ? ask(router, async (session) => answered("ospfd", await askOspfNeighbors(session, device))) : [],
  ]);
  const sa = sas?.find(({ state }) => state === "ESTABLISHED") ?? sas?.[0];
  const children = sas?.flatMap((each) => each.children) ?? [];
  const child = children.find(({ state }) => state === "INSTALLED") ?? children[0];
  return {
    router,
    device,
    interfaceState: device === null ? "none" : interfaceState(link),
    lineProtocol: device === null ? "none" : lineProtocol(link),
    ikeSa: sas ? (sa?.state ?? "none") : "unknown",
    childSa: sas ? (child?.state ?? "none") : "unknown",
    ospf: neighbors ? (neighbors[0]?.state ?? "none") : "unknown",
  };
}

function answered<T>(daemon: string, answer: T | null): T {
  if (answer === null) throw new Error(`${daemon} does not answer`);
  return answer;
}

function interfaceState(link: LinkState | null | undefined): TunnelEndStatus["interfaceState"] {
  if (link === undefined) return "unknown";
  if (link === null) return "absent";
  return link.up ? "up" : "down";
}

function lineProtocol(link: LinkState | null | undefined): TunnelEndStatus["lineProtocol"] {
  if (link === undefined) return "unknown";
  return isLineUp(link) ? "up" : "down";
}

/** A pair of routers of which one was told otherwise: both ask for their SA, both hosts send, and the provider looks on. */
import { classifyBetween } from "../capture/classify.ts";
import { readCapture } from "../capture/read-capture.ts";
import { askSas } from "../checks/ask-end.ts";
import { ping, untilAnswered } from "../checks/ping.ts";
import { captureDuring } from "../checks/watch-transit.ts";
import { readDropCount } from "../dialects/iptables/read-drop-count.ts";
import type { DemoRow } from "../model/demo-result.ts";
import type { PlannedEnd, PlannedTunnel } from "../model/plan-document.ts";
import { askForSa } from "./ask-for-sa.ts";
import { row, type DemoContext } from "./demo.ts";
import { hostsOf } from "./send-and-watch.ts";
import { must } from "./told-otherwise.ts";

const echoCount = 5;
/** By both hosts together. */
export const echoesSent = 2 * echoCount;
const mendedTimeoutMs = 45_000;
const terminate = (tunnel: string): string[] => [
  "swanctl",
  "--terminate",
  "--ike",
  tunnel,
  "--force",
  "--timeout",
  "5",
];

/** What was seen while one end asked for something else. */
export interface Refusals {
  readonly leftAsked: string;
  readonly rightAsked: string;
  /** `some` or `none`. */
  readonly dropped: string;
  readonly rows: readonly DemoRow[];
  readonly captures: readonly string[];
}

/** With one end told otherwise and no SA of before: both ask, both send. */
export async function refusals(context: DemoContext, tunnel: PlannedTunnel, name: string): Promise<Refusals> {
  const { left, right } = tunnel;
  // What was negotiated before ends; there may be nothing.
  for (const { router } of [left, right]) await context.on(router, (session) => session.run(terminate(tunnel.name)));
  const ask = ({ router }: PlannedEnd) => context.on(router, (session) => askForSa(session, tunnel.name));
  const [leftAsked, rightAsked] = [await ask(left), await ask(right)];
  const before = await droppedAt(context, right);
  const sent = await sendBothWays(context, tunnel, name);
  const after = await droppedAt(context, right);
  const children = await Promise.all([left, right].map((end) => childAt(context, tunnel, end)));
  return {
    leftAsked,
    rightAsked,
    dropped: some(after - before),
    rows: [
      ...[left, right].map(({ router }, at) => row(`CHILD SA at ${router}`, "none", children[at] ?? "none")),
      row("echoes answered", `0 of ${echoesSent}`, sent.answered),
      row("GRE in clear at the provider", "none", sent.clear),
    ],
    captures: sent.captures,
  };
}

/** The installed CHILD SA at an end, `INSTALLED, transport`; undefined when there is none. */
export async function childAt(
  { on }: DemoContext,
  tunnel: PlannedTunnel,
  { router }: PlannedEnd,
): Promise<string | undefined> {
  const sas = await on(router, (session) => askSas(session, tunnel.name));
  const child = (sas ?? []).flatMap(({ children }) => children).find(({ state }) => state === "INSTALLED");
  return child && `${child.state}, ${child.mode}`;
}

async function droppedAt({ on }: DemoContext, { router, guards }: PlannedEnd): Promise<number> {
  const text = await on(router, (session) => must(session, ["iptables-save", "-c", "-t", "filter"]));
  const ours = guards.filter((rule) => rule.startsWith("-A TW-OUTPUT "));
  return ours.reduce((sum, rule) => sum + (readDropCount(text, rule) ?? Number.NaN), 0);
}

/** What came of the echoes, and what of GRE and ESP the provider saw. */
export interface Sent {
  /** `5 of 10`. */
  readonly answered: string;
  /** `some`, `none`, or how many records could not be read. */
  readonly clear: string;
  readonly esp: string;
  readonly captures: readonly string[];
}

/** Both hosts send echoes to one another while the provider records. */
export async function sendBothWays(context: DemoContext, tunnel: PlannedTunnel, name: string): Promise<Sent> {
  const { from, to } = hostsOf(tunnel);
  const capture = `${name}.pcap`;
  let answered = 0;
  const { clear, esp } = await watched(context, tunnel, capture, async () => {
    const echoes = [
      { node: from.name, to: to.address },
      { node: to.name, to: from.address },
    ].map(({ node, to: target }) => context.on(node, (host) => ping(host, { to: target, count: echoCount })));
    for (const { receivedCount } of await Promise.all(echoes)) answered += receivedCount;
  });
  return { answered: `${answered} of ${echoesSent}`, clear, esp, captures: [capture] };
}

/** What of GRE and ESP passes the provider while the work is done. */
export async function watched(
  context: DemoContext,
  { left, tap }: PlannedTunnel,
  capture: string,
  work: () => Promise<void>,
): Promise<{ readonly clear: string; readonly esp: string }> {
  if (!tap) throw new Error("the lab has no transit to listen at");
  const filter = ["host", left.outerAddress, "and", "host", left.peerAddress];
  const bytes = await context.on(tap.node, (session) =>
    captureDuring(session, { interfaceName: tap.interface, filter, signal: context.signal }, work),
  );
  await context.keep(capture, bytes);
  const { counts, unreadable } = classifyBetween(readCapture(bytes), left.outerAddress, left.peerAddress);
  const told = (count: number): string =>
    unreadable.length > 0 ? `${unreadable.length} packets could not be read` : some(count);
  return { clear: told(counts["gre-in-clear"]), esp: told(counts.esp) };
}

function some(count: number): string {
  return count > 0 ? "some" : count === 0 ? "none" : "unknown";
}

/** What was pushed is in force again: the far host is asked until it answers. */
export async function answersAgain(context: DemoContext, tunnel: PlannedTunnel): Promise<DemoRow> {
  const { from, to } = hostsOf(tunnel);
  const isBack = await untilAnswered(context, { node: from.name, to: to.address }, mendedTimeoutMs);
  return row("mended: h2 answers h1", "yes", isBack ? "yes" : "no");
}

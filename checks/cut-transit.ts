/** The way of a tunnel's packets, cut on the transit as in life, and put together again. */
import { impairCommand, restoreCommand } from "../dialects/impair/command.ts";
import { readChangeMoment, type ChangeMoment } from "../dialects/impair/read.ts";
import type { Impairment, LinkWay } from "../model/impairment.ts";
import type { PlannedTunnel } from "../model/plan-document.ts";
import type { LiveContext } from "./check-kind.ts";

/** An end of a tunnel. */
export type TunnelSide = "left" | "right";
/** Both ends, the left one first. */
export const tunnelSides = ["left", "right"] as const;

/** Nothing passes any more toward these ends; gives the instants, by the transit's clock, between which it began. */
export function cutTransit(
  context: LiveContext,
  tunnel: PlannedTunnel,
  toward: readonly TunnelSide[],
): Promise<ChangeMoment> {
  const { interface: device } = tapOf(tunnel);
  // The tap is on the left router's link: what leaves there goes to the left.
  const ways = toward.map((side): LinkWay => (side === "left" ? "out" : "in"));
  return change(
    context,
    tunnel,
    impairCommand(ways.map((way): Impairment => ({ device, way, effect: { kind: "cut" } }))),
  );
}

/** Everything passes again; gives the instants between which it began. Throws when nothing was cut. */
export function restoreTransit(context: LiveContext, tunnel: PlannedTunnel): Promise<ChangeMoment> {
  return change(context, tunnel, restoreCommand([tapOf(tunnel).interface]));
}

/** Everything passes, whatever was cut before: for the end of a work that somebody may have interrupted. */
export async function leaveTransitWhole({ on }: LiveContext, tunnel: PlannedTunnel): Promise<void> {
  const { node, interface: device } = tapOf(tunnel);
  await on(node, (session) => session.run(restoreCommand([device])));
}

async function change({ on }: LiveContext, tunnel: PlannedTunnel, argv: readonly string[]): Promise<ChangeMoment> {
  const { node, interface: device } = tapOf(tunnel);
  const { stdout, stderr } = await on(node, (session) => session.run(argv));
  const moment = readChangeMoment(stdout);
  if (!moment) throw new Error(`${node} did not change ${device}: ${stderr.trim()}`);
  return moment;
}

function tapOf({ tap, name }: PlannedTunnel): NonNullable<PlannedTunnel["tap"]> {
  if (!tap) throw new Error(`there is no transit under ${name} that could be cut`);
  return tap;
}

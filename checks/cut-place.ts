/** A way that packets take, cut as in life by a node on it, and put together again. */
import { impairCommand, restoreCommand } from "../dialects/impair/command.ts";
import { readChangeMoment, type ChangeMoment } from "../dialects/impair/read.ts";
import type { Impairment, LinkWay } from "../model/impairment.ts";
import type { PlannedTunnel } from "../model/plan-document.ts";
import type { LiveContext } from "./check-kind.ts";

/** An end of a tunnel. */
export type TunnelSide = "left" | "right";
/** Both ends, the left one first. */
export const tunnelSides = ["left", "right"] as const;

/** The node that no longer lets anything by, and at which of its interfaces. */
export interface CutPlace {
  readonly node: string;
  readonly impairments: readonly Impairment[];
}

/** Nothing passes the transit under the tunnel toward these ends. Throws where there is no transit. */
export function transitUnder({ tap, name }: PlannedTunnel, toward: readonly TunnelSide[] = tunnelSides): CutPlace {
  if (!tap) throw new Error(`there is no transit under ${name} that could be cut`);
  // The tap is on the left router's link: what leaves there goes to the left.
  const ways = toward.map((side): LinkWay => (side === "left" ? "out" : "in"));
  return { node: tap.node, impairments: ways.map((way) => nothingPasses(tap.interface, way)) };
}

/** The effect that lets nothing by. */
export function nothingPasses(device: string, way: LinkWay): Impairment {
  return { device, way, effect: { kind: "cut" } };
}

/** Cuts; gives the instants, by the node's clock, between which it began. */
export function cut(context: LiveContext, place: CutPlace): Promise<ChangeMoment> {
  return change(context, place, impairCommand(place.impairments));
}

/** Everything passes again; gives the instants between which it began. Throws when nothing was cut. */
export function mend(context: LiveContext, place: CutPlace): Promise<ChangeMoment> {
  return change(context, place, restoreCommand(devicesOf(place)));
}

/** Everything passes, whatever was cut before: for the end of a work that somebody may have interrupted. */
export async function leaveWhole({ on }: LiveContext, place: CutPlace): Promise<void> {
  await on(place.node, (session) => session.run(restoreCommand(devicesOf(place))));
}

async function change({ on }: LiveContext, place: CutPlace, argv: readonly string[]): Promise<ChangeMoment> {
  const { stdout, stderr } = await on(place.node, (session) => session.run(argv));
  const moment = readChangeMoment(stdout);
  if (!moment) throw new Error(`${place.node} did not change ${devicesOf(place).join(", ")}: ${stderr.trim()}`);
  return moment;
}

function devicesOf({ impairments }: CutPlace): string[] {
  return [...new Set(impairments.map(({ device }) => device))];
}

/** What a demo is made of: steps that predict, do and look. One file a demo. */
import type { DemoRow, DemoStep } from "../model/demo-result.ts";
import type { LabPlan, PlannedTunnel } from "../model/plan-document.ts";
import type { Clock, Session } from "../model/session.ts";

/** What a demo is handed; it opens nothing by itself. */
export interface DemoContext {
  readonly plan: LabPlan;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Runs the work with a session to the node. */
  readonly on: <T>(node: string, work: (session: Session) => Promise<T>) => Promise<T>;
  /** Keeps a capture in the demo's folder. */
  readonly keep: (name: string, bytes: Uint8Array) => Promise<void>;
}

/** A demo: its lab, and its steps in order, each told as soon as it is done. */
export interface Demo {
  readonly lab: string;
  readonly title: string;
  readonly steps: (context: DemoContext) => AsyncGenerator<DemoStep, void>;
}

/** A row; predicted and seen agree when the words are the same. */
export function row(quantity: string, predicted: string | number, seen: string | number): DemoRow {
  return {
    quantity,
    predicted: String(predicted),
    seen: String(seen),
    agrees: String(predicted) === String(seen),
  };
}

/** The tunnel of a name; a demo and its lab belong together. */
export function tunnelOf({ plan }: DemoContext, name: string): PlannedTunnel {
  const tunnel = plan.tunnels.find((each) => each.name === name);
  if (!tunnel) throw new Error(`lab ${plan.lab} has no tunnel ${name}: deploy it again, it is of another version`);
  return tunnel;
}

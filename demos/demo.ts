/** What a demo is made of: steps that predict, do and look. One file a demo. */
import type { Fact } from "../model/run-result.ts";
import type { DemoRow, DemoStep } from "../model/demo-result.ts";
import type { LiveContext } from "../checks/check-kind.ts";
import type { LabPlan, PlannedTunnel } from "../model/plan-document.ts";

/** What a demo is handed of a lab; it opens nothing by itself. */
export interface LabContext extends LiveContext {
  readonly plan: LabPlan;
  /** Takes a node's power away, and gives it back: a container that is killed, and started again. */
  readonly setPower: (node: string, power: "off" | "on") => Promise<void>;
}

/** What a demo is handed: its first lab, and a way to the others. */
export interface DemoContext extends LabContext {
  /** One of the demo's labs by its name. */
  readonly inLab: (name: string) => LabContext;
  /** Keeps a capture in the demo's folder. */
  readonly keep: (name: string, bytes: Uint8Array) => Promise<void>;
}

/** A demo: its labs, and its steps in order, each told as soon as it is done. */
export interface Demo {
  readonly labs: readonly [string, ...string[]];
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

/** What was judged already, as a row. */
export function rowOfFact({ quantity, unit, predicted, measured, agrees }: Fact): DemoRow {
  const withUnit = (value: string): string => (unit === "" || !/\d/.test(value) ? value : `${value} ${unit}`);
  return { quantity, predicted: withUnit(predicted), seen: withUnit(measured), agrees };
}

/** The tunnel of a name; a demo and its lab belong together. */
export function tunnelOf({ plan }: Pick<LabContext, "plan">, name: string): PlannedTunnel {
  const tunnel = plan.tunnels.find((each) => each.name === name);
  if (!tunnel) throw new Error(`lab ${plan.lab} has no tunnel ${name}: deploy it again, it is of another version`);
  return tunnel;
}

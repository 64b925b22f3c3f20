/** What can be expected of labs, of times, and of a declaration that was never deployed. */
import { Testing, type TerraformStack } from "cdktf";
import { expect } from "vitest";
import type { Lab } from "../constructs/lab.ts";
import type { LabPlan } from "../model/plan-document.ts";
import { renderTerminal } from "../reports/index.ts";
import { LabUnderTest } from "./lab-under-test.ts";

/** A window in milliseconds: of a plan's detection, or of your own. */
export interface Window {
  readonly leastMs: number;
  /** `null`: never. */
  readonly mostMs: number | null;
}

interface LabMatchers<R> {
  /** Of a lab that stands: all its checks pass. */
  toHold(): Promise<R>;
  /**
   * Of a time in milliseconds, or of a span within which it lies: it is in the window, `errorMs` allowed for where timers are read
   * (100 by default). `null`, nothing was noticed, is only in a window that is never.
   */
  toBeWithin(window: Window, errorMs?: number): R;
  /** Of a lab's construct, or its plan: the ip mtu of its first tunnel, or of the named one. No router is needed. */
  toPredictTunnelMtu(bytes: number, tunnel?: string): R;
  /**
   * Of a lab's construct, or of what cdktf's `Testing.synth` gives: it has such a resource of Terraform, ours by name
   * (`tunnelwright_router_config`) or a class of cdktf's bindings, with these properties as Terraform spells them.
   */
  toHaveResourceWithProperties(type: ResourceType, properties?: Readonly<Record<string, unknown>>): R;
}

/** A resource's type by its name, or by the class that cdktf's bindings have for it. */
export type ResourceType = string | { readonly tfResourceType: string };

declare module "vitest" {
  // The parameter's name and default are vitest's own; a declaration is merged only with its like.
  // eslint-disable-next-line @typescript-eslint/no-empty-object-type, @typescript-eslint/no-explicit-any
  interface Matchers<T = any> extends LabMatchers<T> {}
}

expect.extend({
  async toHold(lab: unknown) {
    if (!(lab instanceof LabUnderTest)) throw new TypeError("toHold() is for the lab of labTest()");
    const result = await lab.verify();
    return {
      pass: result.verdict === "pass",
      message: () => renderTerminal(result, { colour: false, width: 120 }),
    };
  },

  toBeWithin(received: unknown, window: Window, errorMs = 100) {
    const { leastMs, mostMs } = window;
    const said = mostMs === null ? "never" : `${leastMs} to ${mostMs} ms`;
    if (received === null) return { pass: mostMs === null, message: () => `nothing was noticed; predicted: ${said}` };
    const [earliest, latest] = spanOf(received);
    return {
      pass: mostMs !== null && latest >= leastMs && earliest <= mostMs + errorMs,
      message: () => `it took ${earliest === latest ? earliest : `${earliest} to ${latest}`} ms; predicted: ${said}`,
    };
  },

  toPredictTunnelMtu(received: unknown, bytes: number, name?: string) {
    const { lab, tunnels } = planOf(received);
    const tunnel = tunnels.find((each) => name === undefined || each.name === name);
    if (!tunnel)
      throw new Error(`lab ${lab} has no tunnel ${name ?? ""}; it has ${tunnels.map((each) => each.name).join(", ")}`);
    const { ipMtuBytes, largestInnerBytes } = tunnel.prediction;
    return {
      pass: ipMtuBytes === bytes,
      message: () =>
        `${tunnel.name} of ${lab}: ip mtu ${ipMtuBytes} (the largest that fits: ${largestInnerBytes}), expected ${bytes}`,
    };
  },

  toHaveResourceWithProperties(
    received: unknown,
    type: ResourceType,
    properties: Readonly<Record<string, unknown>> = {},
  ) {
    const text = typeof received === "string" ? received : Testing.synth(received as TerraformStack);
    const name = typeof type === "string" ? type : type.tfResourceType;
    const { resource = {} } = JSON.parse(text) as { resource?: Record<string, Record<string, unknown>> };
    return {
      pass: Testing.toHaveResourceWithProperties(text, name, properties),
      message: () =>
        `${name} with ${JSON.stringify(properties)}; there are ${
          Object.keys(resource[name] ?? {}).join(", ") || `none of it, but ${Object.keys(resource).join(", ")}`
        }`,
    };
  },
});

function spanOf(received: unknown): readonly [number, number] {
  if (typeof received === "number") return [received, received];
  const [earliest, latest] = Array.isArray(received) ? (received as unknown[]) : [];
  if (typeof earliest === "number" && typeof latest === "number") return [earliest, latest];
  throw new TypeError("toBeWithin() is for milliseconds, a span [earliest, latest] of them, or null");
}

function planOf(received: unknown): LabPlan {
  // By what it has and not by its class: an app may bring another copy of the constructs.
  const { plan } = received as Partial<Lab>;
  return typeof plan === "function" ? plan.call(received as Lab) : (received as LabPlan);
}

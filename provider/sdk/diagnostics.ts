/** What a provider tells the user: collected, returned, never thrown across the wire. */
import { harmless, harmlessLines } from "../../model/harmless.ts";
import * as wire from "./gen/tfplugin6.ts";

type WireDiagnostic = wire.DeepPartial<wire.Diagnostic>;

/** Where in a resource: the name of an attribute, or the way into a nested one: `["tunnels", 0, "mtu"]`. */
export type AttributePath = string | readonly (string | number)[];

/** Collects errors and warnings of one call. A summary is stable; the detail says why and how to mend. */
export class Diagnostics {
  /** What was collected, in the protocol's form. */
  readonly list: WireDiagnostic[] = [];

  /** Terraform stops, and points at the attribute. */
  error(summary: string, detail = "", attribute?: AttributePath): void {
    this.#add(wire.Diagnostic_Severity.ERROR, summary, detail, attribute);
  }

  /** Terraform goes on. */
  warn(summary: string, detail = "", attribute?: AttributePath): void {
    this.#add(wire.Diagnostic_Severity.WARNING, summary, detail, attribute);
  }

  /** True when there is an error. */
  get failed(): boolean {
    return this.list.some((d) => d.severity === wire.Diagnostic_Severity.ERROR);
  }

  #add(
    severity: wire.Diagnostic_Severity,
    summary: string,
    detail: string,
    attribute: AttributePath | undefined,
  ): void {
    const steps = stepsOf(attribute);
    const text = pathText(steps);
    // Terraform 1.11 finds the line of a top-level attribute only, and prints no path: what lies deeper is said in words.
    const words = steps.length > 1 && !`${summary} ${detail}`.includes(text) ? `${text}: ${detail}` : detail;
    this.list.push({
      severity,
      // Terraform prints both as they are, and some of it was said by a router.
      summary: harmless(summary),
      detail: harmlessLines(words).join("\n"),
      ...(steps.length > 0 && { attribute: wirePath(steps.slice(0, 1)) }),
    });
  }
}

/** The path as a user writes it: `tunnels[0].mtu`. */
export function pathText(path: AttributePath): string {
  return stepsOf(path)
    .map((step, index) => (typeof step === "number" ? `[${step}]` : index === 0 ? step : `.${step}`))
    .join("");
}

/** The path as the protocol carries it. */
export function wirePath(path: AttributePath): wire.DeepPartial<wire.AttributePath> {
  return {
    steps: stepsOf(path).map((step) => ({
      selector:
        typeof step === "number" ? { $case: "element_key_int", value: step } : { $case: "attribute_name", value: step },
    })),
  };
}

function stepsOf(path: AttributePath | undefined): readonly (string | number)[] {
  return path === undefined ? [] : typeof path === "string" ? [path] : path;
}

/** What an error of a provider may carry besides its words. */
export interface ProviderErrorFacts {
  /** The attribute it is about. */
  readonly attribute?: AttributePath;
  /** What exists on the far side nevertheless: it is saved, and after a failed create marked as tainted. */
  readonly state?: object;
  readonly cause?: unknown;
}

/** An operation that broke, in words for the user. */
export class ProviderError extends Error {
  override readonly name = "ProviderError";
  readonly detail: string;
  readonly attribute: AttributePath | undefined;
  readonly state: object | undefined;

  constructor(summary: string, detail = "", facts: ProviderErrorFacts = {}) {
    super(summary, { cause: facts.cause });
    this.detail = detail;
    this.attribute = facts.attribute;
    this.state = facts.state;
  }
}

/** What a provider tells the user: collected, returned, never thrown across the wire. */
import * as wire from "./gen/tfplugin6.ts";

type WireDiagnostic = wire.DeepPartial<wire.Diagnostic>;

/** Collects errors and warnings of one call. A summary is stable; the detail says why and how to mend. */
export class Diagnostics {
  readonly list: WireDiagnostic[] = [];

  error(summary: string, detail = "", attribute?: string): void {
    this.#add(wire.Diagnostic_Severity.ERROR, summary, detail, attribute);
  }

  warn(summary: string, detail = "", attribute?: string): void {
    this.#add(wire.Diagnostic_Severity.WARNING, summary, detail, attribute);
  }

  get failed(): boolean {
    return this.list.some((d) => d.severity === wire.Diagnostic_Severity.ERROR);
  }

  #add(severity: wire.Diagnostic_Severity, summary: string, detail: string, attribute: string | undefined): void {
    this.list.push({
      severity,
      summary,
      detail,
      ...(attribute !== undefined && { attribute: attributePath(attribute) }),
    });
  }
}

/** Path of a top-level attribute: the only kind Terraform 1.11 finds the line of. */
export function attributePath(name: string): wire.DeepPartial<wire.AttributePath> {
  return { steps: [{ selector: { $case: "attribute_name", value: name } }] };
}

/** An operation that broke, in words for the user. `state` is what exists on the far side nevertheless; it is saved. */
export class ProviderError extends Error {
  override readonly name = "ProviderError";
  readonly detail: string;
  readonly attribute: string | undefined;
  readonly state: object | undefined;
  constructor(
    summary: string,
    detail = "",
    more: { readonly attribute?: string; readonly state?: object; readonly cause?: unknown } = {},
  ) {
    super(summary, { cause: more.cause });
    this.detail = detail;
    this.attribute = more.attribute;
    this.state = more.state;
  }
}

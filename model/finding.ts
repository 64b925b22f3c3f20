/** How much a finding weighs: an error stops the plan, a warning and an information do not. */
export type Severity = "error" | "warning" | "information";

/** One fault, or one thing worth knowing, about a declared network: what, where, why, and how to mend it. */
export interface Finding {
  /** Stable name of the rule, `topic/what`; its page is `docs/rules/<topic>-<what>.md`. */
  readonly ruleId: string;
  readonly severity: Severity;
  /** One sentence with the seen and the allowed value. */
  readonly what: string;
  /** Path in the declaration, as the user wrote it: `tunnels[0].ipMtuBytes`. */
  readonly where: string;
  readonly why: string;
  readonly fix: string;
  /** What stood there. @default - nothing stood there */
  readonly seen?: string;
  /** What may stand there. @default - not a matter of values */
  readonly allowed?: string;
}

/** A finding about a line of a router's configuration. `where` is the same place in words: `R1 line 12`. */
export interface LocatedFinding extends Finding {
  /** The router's name. */
  readonly device: string;
  /** The file that the configuration was read from. */
  readonly file: string;
  /** From 1; `null` when what is wrong stands nowhere. */
  readonly line: number | null;
  /** RFC, vendor document or measurement that the rule rests on. */
  readonly source: string;
}

const marks: Record<Severity, string> = { error: "✖", warning: "▲", information: "ℹ" };

/**
 * The findings as people read them, all of them, errors first. Ends without a newline.
 *
 * @example
 * ```ts
 * formatFindings([{ ruleId: "mtu/exceeds-path", severity: "error", what: "ip mtu 1476 is larger than the path can carry: 1442 bytes fit",
 *   where: "tunnels[0].ipMtuBytes", why: "GRE and ESP take 58 of 1500 bytes", fix: "set ipMtuBytes to 1442 or less" }]);
 * // ✖ ip mtu 1476 is larger than the path can carry: 1442 bytes fit  (mtu/exceeds-path)
 * //   → at tunnels[0].ipMtuBytes
 * //   why  GRE and ESP take 58 of 1500 bytes
 * //   fix  set ipMtuBytes to 1442 or less
 * ```
 */
export function formatFindings(findings: readonly Finding[]): string {
  return sortFindings(findings)
    .map((f) => `${marks[f.severity]} ${f.what}  (${f.ruleId})\n  → at ${f.where}\n  why  ${f.why}\n  fix  ${f.fix}`)
    .join("\n");
}

const weight: Record<Severity, number> = { error: 0, warning: 1, information: 2 };

/** Errors first, then by place; the order among equals stays. */
export function sortFindings<F extends Finding>(findings: readonly F[]): F[] {
  return [...findings].sort((a, b) => weight[a.severity] - weight[b.severity]);
}

/** True when something must be mended before a plan can be made. */
export function hasErrors(findings: readonly Finding[]): boolean {
  return findings.some((f) => f.severity === "error");
}

/** The declared network has faults; all of them are in {@link DeclarationError.findings} and in the message. */
export class DeclarationError extends Error {
  override readonly name = "DeclarationError";
  readonly findings: readonly Finding[];
  constructor(labName: string, findings: readonly Finding[]) {
    const errors = findings.filter((f) => f.severity === "error").length;
    super(
      `lab ${labName}: ${errors === 1 ? "1 fault" : `${errors} faults`} to mend before it can be built\n${formatFindings(findings)}`,
    );
    this.findings = findings;
  }
}

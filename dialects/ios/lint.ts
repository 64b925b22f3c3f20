import { sortFindings } from "../../model/finding.ts";
import type { IosDevice } from "./device.ts";
import { extractDevice } from "./extract-device.ts";
import { pairEnds, type PairedEnds } from "./pair-ends.ts";
import { agreementRules } from "./rules/agreement.ts";
import { algorithmRules } from "./rules/algorithms.ts";
import type { IosFinding } from "./rules/catalogue.ts";
import type { LintContext, Rule } from "./rules/context.ts";
import { keepaliveRules } from "./rules/keepalive.ts";
import { mtuRules } from "./rules/mtu.ts";
import { natRules } from "./rules/nat.ts";
import { peerRules } from "./rules/peers.ts";
import { readingRules } from "./rules/reading.ts";
import { referenceRules } from "./rules/references.ts";
import { routingRules } from "./rules/routing.ts";
import { readTranscript } from "./read-transcript.ts";
import type { SourceText, Transcript } from "./transcript.ts";

/** Pasted texts, read and judged. */
export interface LintedIos extends PairedEnds {
  readonly transcript: Transcript;
  readonly devices: readonly IosDevice[];
  /** Errors first, then by place. */
  readonly findings: readonly IosFinding[];
}

const rules: readonly Rule[] = [
  ...readingRules,
  ...referenceRules,
  ...peerRules,
  ...agreementRules,
  ...algorithmRules,
  ...keepaliveRules,
  ...mtuRules,
  ...routingRules,
  ...natRules,
];

/**
 * Reads pasted configurations and holds them to every rule, each router by itself and both ends of a tunnel together.
 * Nothing here was run on IOS: the rules rest on the documents and measurements they name.
 *
 * @example
 * ```ts
 * lintIos([{ name: "pair.txt", text }]).findings.map(({ ruleId, where }) => `${where}: ${ruleId}`);
 * ```
 */
export function lintIos(sources: readonly SourceText[]): LintedIos {
  const transcript = readTranscript(sources);
  const devices = transcript.devices.map(extractDevice);
  const paired = pairEnds(devices);
  const context: LintContext = { devices, strays: transcript.strays, ...paired };
  const findings = rules.flatMap((rule) => rule(context));
  const byPlace = findings.toSorted((a, b) => a.file.localeCompare(b.file, "en") || (a.line ?? 0) - (b.line ?? 0));
  return { transcript, devices, ...paired, findings: sortFindings(byPlace) };
}

import { applyEdits, type EditedLine } from "./apply-edits.ts";
import { lintIos, type LintedIos } from "./lint.ts";
import type { IosFinding } from "./rules/catalogue.ts";
import type { SourceText } from "./transcript.ts";

/** Texts that were mended, and what could not be. */
export interface FixedIos {
  readonly files: readonly FixedFile[];
  /** What was mended, in the order in which it was. */
  readonly mended: readonly IosFinding[];
  /** What is left to a person: its lines are those of the new text. */
  readonly left: readonly IosFinding[];
}

export interface FixedFile {
  readonly name: string;
  readonly before: string;
  readonly after: string;
  /** The lines of the new text with the lines of the old one that they were. */
  readonly lines: readonly EditedLine[];
}

/** One mending can bring another to light: an ip mtu is judged by the suite. */
const mostRounds = 8;

/**
 * Mends what has one sure remedy: everything else stays as it is, byte for byte, and is told. What both ends must agree on is changed
 * only when both are in the text. Secrets are left as they are.
 * Nothing here was run on IOS.
 */
export function fixIos(sources: readonly SourceText[]): FixedIos {
  let files = sources.map(({ name, text }) => ({
    name,
    text,
    origins: undefined as readonly EditedLine[] | undefined,
  }));
  const mended: IosFinding[] = [];
  let linted: LintedIos = lintIos(sources);
  for (let round = 0; round < mostRounds; round += 1) {
    const fixable = linted.findings.filter(({ edits }) => edits.length > 0);
    if (fixable.length === 0) break;
    mended.push(...fixable);
    const { transcript } = linted;
    files = files.map(({ name, origins }, at) => {
      const lines = transcript.files[at]?.lines ?? [];
      const edits = fixable.flatMap((finding) => finding.edits).filter(({ file }) => file === name);
      const edited = applyEdits({ lines, devices: transcript.devices.filter(({ file }) => file === name) }, edits);
      const traced = edited.map((line) => ({
        ...line,
        origin: origins && line.origin !== null ? (origins[line.origin - 1]?.origin ?? null) : line.origin,
      }));
      return { name, text: traced.map(({ raw, terminator }) => raw + terminator).join(""), origins: traced };
    });
    linted = lintIos(files);
  }
  return {
    files: files.map(({ name, text, origins }, at) => {
      const before = sources[at]?.text ?? "";
      return { name, before, after: text, lines: origins ?? wholeLines(linted, at) };
    }),
    mended,
    left: linted.findings,
  };
}

function wholeLines({ transcript }: LintedIos, at: number): EditedLine[] {
  return (transcript.files[at]?.lines ?? []).map(({ number, raw, terminator }) => ({
    origin: number,
    raw,
    terminator,
  }));
}

/** What each command prints with --json. The schemas in docs/schemas are made from these types. */
import type { IosImport } from "../dialects/ios/import-ios.ts";
import type { ShowReading } from "../dialects/ios/show/read-show.ts";
import type { ResultChange } from "../model/compare-results.ts";
import type { DemoResult } from "../model/demo-result.ts";
import type { LocatedFinding } from "../model/finding.ts";
import { harmlessDocument, harmlessJson } from "../model/harmless.ts";
import type { ImpairmentEffect } from "../model/impairment.ts";
import type { PreflightLine } from "../model/ios-preflight.ts";
import type { PacketLife, PacketRoad } from "../model/packet-event.ts";
import type { ArithmeticLine, PacketPrediction } from "../model/predict-packet.ts";
import type { RunResult } from "../model/run-result.ts";
import type { DissectedPacket } from "../reports/render-dissection.ts";
import type { ListedLab } from "../reports/render-labs.ts";

/** A prediction, with `--explain` also how it was reckoned. */
export type PredictedPacket = PacketPrediction & {
  readonly arithmetic?: { readonly ipMtu: readonly ArithmeticLine[]; readonly packet: readonly ArithmeticLine[] };
};

/** One output that was read. */
export interface NamedReading extends ShowReading {
  /** From the prompt; `null` where none was pasted. */
  readonly hostname: string | null;
}

/** By command; those that show a run print the RunResult, `status` the LabStatus. */
export interface JsonDocuments {
  readonly predict: PredictedPacket | readonly PredictedPacket[];
  readonly packet: {
    readonly road: PacketRoad;
    readonly packets: readonly (PacketLife & { readonly bytes: number; readonly df: boolean })[];
  };
  readonly dissect: readonly DissectedPacket[];
  readonly read: { readonly platform: "ios"; readonly readings: readonly NamedReading[] };
  readonly doctor: {
    readonly kind: string;
    readonly image: string;
    readonly count: number;
    readonly lines: readonly PreflightLine[];
  };
  readonly labs: { readonly format: "tunnelwright-labs/1"; readonly labs: readonly ListedLab[] };
  readonly new: {
    readonly format: "tunnelwright-new/1";
    readonly lab: string;
    readonly template: string;
    /** Written or changed. */
    readonly files: readonly string[];
    /** Whether main.ts calls it; else its author must. */
    readonly inApp: boolean;
  };
  readonly impairment: {
    readonly format: "tunnelwright-impairment/1";
    readonly lab: string;
    readonly done: "cut" | "impaired" | "restored";
    /** A link and a direction each; `effect` is null where it was restored. */
    readonly links: readonly {
      readonly link: string;
      readonly toward: readonly string[];
      readonly effect: ImpairmentEffect | null;
    }[];
    /** What is still in force where it should not be. */
    readonly left: readonly { readonly link: string; readonly effect: ImpairmentEffect }[];
    /** When, in milliseconds since 1970 by the clock of the transit. */
    readonly moments: readonly {
      readonly transit: string;
      readonly notBeforeMs: number;
      readonly notAfterMs: number;
    }[];
  };
  /** One a line, with `--follow` as they come. */
  readonly logs: {
    /** RFC 3339 in UTC, by the machine's clock. */
    readonly at: string;
    readonly node: string;
    readonly text: string;
  };
  readonly lint: { readonly findings: readonly LocatedFinding[] };
  readonly import: IosImport;
  readonly demo: DemoResult;
  readonly rebuild: {
    readonly format: "tunnelwright-comparison/1";
    /** Null where there was none. */
    readonly before: RunResult | null;
    readonly after: RunResult;
    readonly changes: readonly ResultChange[] | null;
  };
}

/** The document as JSON on one line. */
export function printJsonLine<Name extends keyof JsonDocuments>(_name: Name, document: JsonDocuments[Name]): void {
  process.stdout.write(`${harmlessJson(JSON.stringify(document))}\n`);
}

/** The document as JSON with two spaces of indentation and a line feed at the end; it does nothing to a terminal. */
export function printJson<Name extends keyof JsonDocuments>(_name: Name, document: JsonDocuments[Name]): void {
  process.stdout.write(harmlessDocument(document));
}

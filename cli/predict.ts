/** `predict`: specifications in, numbers out. It opens no socket and needs no lab. */
import { hasErrors } from "../model/finding.ts";
import { parsePacketSpecs, type PacketSpec } from "../model/packet-spec.ts";
import { explainMtu, explainPacket, predictPacket } from "../model/predict-packet.ts";
import { renderPredictions } from "../reports/render-prediction.ts";
import { exitCodes, type ExitCode } from "./exit-codes.ts";
import { printJson, type PredictedPacket } from "./json-documents.ts";
import { readDocument } from "./read-document.ts";

/** How the numbers are asked for. */
export interface PredictOptions {
  readonly json?: boolean;
  readonly explain?: boolean;
}

/** Predicts every specification of the file, `-` being standard input, and prints what follows; 1 when one of them cannot be. */
export async function predict(file: string, { json = false, explain = false }: PredictOptions): Promise<ExitCode> {
  const parsed = parsePacketSpecs(await readDocument(file, "a specification"));
  if ("faults" in parsed) {
    for (const { path, what } of parsed.faults) console.error(`✖ ${path}: ${what}`);
    return exitCodes.misuse;
  }
  const views = parsed.specs.map((spec) => ({
    spec,
    prediction: predictPacket(spec),
    arithmetic: explain ? [explainMtu(spec), explainPacket(spec)] : [],
  }));
  if (json) {
    const documents = views.map(({ spec, prediction }) => ({
      ...prediction,
      ...(explain && { arithmetic: arithmeticOf(spec) }),
    }));
    const [first] = documents;
    printJson("predict", parsed.isList || !first ? documents : first);
  } else process.stdout.write(renderPredictions(views));
  return views.some(({ prediction }) => hasErrors(prediction.findings)) ? exitCodes.failed : exitCodes.passed;
}

function arithmeticOf(spec: PacketSpec): NonNullable<PredictedPacket["arithmetic"]> {
  return { ipMtu: explainMtu(spec), packet: explainPacket(spec) };
}

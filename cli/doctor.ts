/** `doctor`: what this machine lacks for routers of virtual IOS; it starts nothing. */
import { lookAtMachine } from "../devices/ios/look-at-machine.ts";
import { iosImageKinds } from "../model/ios-images.ts";
import { iosPreflight, type PreflightLine } from "../model/ios-preflight.ts";
import { DocumentError } from "./document-error.ts";
import { exitCodes, type ExitCode } from "./exit-codes.ts";
import { printJson } from "./json-documents.ts";

/** What is looked for. */
export interface DoctorOptions {
  readonly count: number;
  readonly json?: boolean;
}

const marks: Readonly<Record<PreflightLine["state"], string>> = { ready: "✔", missing: "✖", warning: "▲" };

/** Looks for what `KIND=IMAGE` needs; 3 when something is missing. */
export async function examineMachine(asked: string, { count, json = false }: DoctorOptions): Promise<ExitCode> {
  const [, named = "", image = ""] = /^([^=]+)=(.+)$/.exec(asked) ?? [];
  const kind = iosImageKinds.find((each) => each === named);
  if (kind === undefined)
    throw new DocumentError(
      `${JSON.stringify(asked)} is not KIND=IMAGE, with a kind of ${iosImageKinds.join(", ")}: iol=vrnetlab/cisco_iol:17.12.01`,
    );
  const lines = iosPreflight(kind, image, count, await lookAtMachine(image));
  if (json) printJson("doctor", { kind, image, count, lines });
  else process.stdout.write(lines.map(renderLine).join(""));
  return lines.some(({ state }) => state === "missing") ? exitCodes.lacking : exitCodes.passed;
}

function renderLine({ state, what, fix }: PreflightLine): string {
  return `${marks[state]} ${state.padEnd(7)}  ${what}\n${fix === "" ? "" : `           fix  ${fix}\n`}`;
}

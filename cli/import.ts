/** `import`: pasted IOS configurations read, counted, judged, and declared as a lab. It opens no socket. */
import { importIos, type IosImport } from "../dialects/ios/import-ios.ts";
import { renderLabSource } from "../dialects/typescript/render-lab.ts";
import { formatFindings } from "../model/finding.ts";
import { harmless, harmlessLines } from "../model/harmless.ts";
import { exitCodes, type ExitCode } from "./exit-codes.ts";
import { printJson } from "./json-documents.ts";
import { readConfigurations } from "./read-configurations.ts";

/** What is wanted of the import. */
export interface ImportOptions {
  readonly json?: boolean;
  readonly typescript?: boolean;
  /** The lab's name. */
  readonly name: string;
}

/** Prints what was read; 1 when the configurations are no lab, or none that TypeScript is asked of. */
export async function importConfigurations(
  files: readonly string[],
  { json = false, typescript = false, name }: ImportOptions,
): Promise<ExitCode> {
  const imported = importIos(await readConfigurations(files), name);
  if (json) {
    printJson("import", imported);
    return exitCodes.passed;
  }
  if (typescript) return printSource(imported);
  process.stdout.write(`${told(imported).map(harmless).join("\n")}\n`);
  return exitCodes.passed;
}

function printSource({ lab, findings, files }: IosImport): ExitCode {
  const source =
    lab &&
    renderLabSource(lab, {
      comment: [`Imported from ${files.map((file) => harmless(file.name)).join(", ")}; not run on IOS.`],
    });
  if (source && "source" in source) {
    process.stdout.write(source.source);
    return exitCodes.passed;
  }
  const why = source ? source.reason : undefined;
  const reasons = findings.filter(({ ruleId }) => ruleId === "ios/not-declarable");
  console.error(
    why === undefined ? harmlessLines(formatFindings(reasons)).join("\n") : `✖ ${harmless(why)}: take --json`,
  );
  return exitCodes.failed;
}

function told({ files, devices, lab, findings }: IosImport): string[] {
  const counted = (
    name: string,
    { total, understood, ignored, unknown, refused }: IosImport["files"][number]["lines"],
  ): string =>
    `${name}: ${total} lines, ${understood} understood, ${ignored} ignored, ${unknown} unknown, ${refused} refused`;
  return [
    ...files.map(({ name, lines }) => counted(name, lines)),
    ...devices.map(({ hostname, lines }) => `  ${counted(hostname, lines)}`),
    "",
    ...devices.flatMap(({ hostname, unknown, refused }) => [
      ...unknown.map(({ line, text }) => `  not known, ${hostname} line ${line}: ${text}`),
      ...refused.map(({ line, text, reason }) => `  refused, ${hostname} line ${line}: ${text} (${reason})`),
    ]),
    ...formatFindings(findings).split("\n"),
    "",
    lab
      ? `lab ${lab.name}: ${Object.keys(lab.nodes).join(", ")}; ${Object.keys(lab.tunnels).join(", ")}. --json prints the declaration, --typescript the source for labs/ (not run on IOS)`
      : "no lab: see above",
  ];
}

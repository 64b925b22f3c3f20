/** `render`: a declared lab's routers as configurations of another platform. It opens no socket. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { renderIosLab } from "../dialects/ios/render/render-lab.ts";
import type { IosRenderOptions } from "../dialects/ios/render/render-options.ts";
import { formatFindings } from "../model/finding.ts";
import { harmlessLines } from "../model/harmless.ts";
import { exitCodes, type ExitCode } from "./exit-codes.ts";
import { labFolder, LackingError } from "./lab-folder.ts";
import { readDocument } from "./read-document.ts";

/** Which routers, and how. */
export interface RenderOptions {
  readonly dialect: IosRenderOptions["dialect"];
  readonly xeMinor?: number;
  readonly protection?: NonNullable<IosRenderOptions["protection"]>;
  readonly router?: string;
}

/** Prints the configurations, one after the other; 1 when the declaration cannot be said so. */
export async function render(lab: string, { dialect, xeMinor, protection, router }: RenderOptions): Promise<ExitCode> {
  const declaration = await readDeclaration(lab);
  const { texts, findings } = renderIosLab(declaration, {
    dialect,
    ...(xeMinor !== undefined && { xeMinor }),
    ...(protection && { protection }),
  });
  if (findings.length > 0) console.error(harmlessLines(formatFindings(findings)).join("\n"));
  if (texts === null) return exitCodes.failed;
  const wanted = Object.entries(texts).filter(([name]) => router === undefined || name === router);
  if (wanted.length === 0)
    throw new LackingError(`lab ${lab} has no router ${router ?? ""}; it has ${Object.keys(texts).join(", ")}`);
  for (const [, text] of wanted) process.stdout.write(text);
  console.error("not run on IOS; {{psk:TUNNEL}} stands where the key of a tunnel goes");
  return exitCodes.passed;
}

/** A lab's declaration as the last synth left it, or a file of JSON: a declaration, or what `import --json` printed. */
async function readDeclaration(lab: string): Promise<unknown> {
  if (/\.json$|^-$|\//.test(lab)) {
    const document = await readDocument(lab, "the declaration of a lab");
    return typeof document === "object" && document !== null && "lab" in document ? document.lab : document;
  }
  const file = join(labFolder(lab), "declaration.json");
  const text = await readFile(file, "utf8").catch(() => {
    throw new LackingError(
      `there is no declaration of a lab ${JSON.stringify(lab)}: run npx cdktf synth in this folder`,
    );
  });
  return JSON.parse(text) as unknown;
}

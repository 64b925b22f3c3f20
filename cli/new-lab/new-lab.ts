/** `new`: a lab of one's own from a template, with the test that it passes. */
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { renderLabSource, variableName } from "../../dialects/typescript/render-lab.ts";
import type { LabDeclaration } from "../../model/declaration.ts";
import { planLab } from "../../plan/plan-lab.ts";
import { exitCodes, type ExitCode } from "../exit-codes.ts";
import { printJson } from "../json-documents.ts";
import { isLabName, isThere, LackingError } from "../lab-folder.ts";
import { addToApp } from "./add-to-app.ts";
import { declarationOf, templates, type TemplateName } from "./templates.ts";

/** What is wanted. */
export interface NewLabOptions {
  readonly template: TemplateName;
  readonly json?: boolean;
}

const appFile = "main.ts";

/** Writes the lab, its test, and the call in main.ts; 2 and nothing is written when a name is taken. Throws LackingError where there is no app. */
export async function newLab(lab: string, { template, json = false }: NewLabOptions): Promise<ExitCode> {
  const labFile = join("labs", `${lab}.ts`);
  const testFile = join("test", "labs", `${lab}.test.ts`);
  const faults = await faultsOf(lab, [labFile, testFile]);
  if (faults.length > 0) {
    for (const fault of faults) console.error(`✖ ${fault}`);
    return exitCodes.misuse;
  }
  const app = await readApp();
  const declaration = declarationOf(lab, template);
  const call = { name: variableName(lab), from: `./labs/${lab}${app.extension}` };
  const added = addToApp(app.source, call);
  await writeNew(labFile, labSource(declaration, template, app));
  await writeNew(testFile, testSource(declaration));
  if (added !== null) {
    await writeFile(`${appFile}.new`, added);
    await rename(`${appFile}.new`, appFile);
  }
  const files = [labFile, testFile, ...(added === null ? [] : [appFile])];
  if (json) printJson("new", { format: "tunnelwright-new/1", lab, template, files, inApp: added !== null });
  else
    process.stdout.write(
      [
        `${labFile}  the lab: ${templates[template].title}`,
        `${testFile}  its test`,
        added === null
          ? `${appFile} is not as it is known: add to it\n  import { ${call.name} } from ${JSON.stringify(call.from)};\n  ${call.name}(app); // before app.synth()`
          : `${appFile}  calls ${call.name}(app)`,
        "",
        `npx tunnelwright up ${lab}      # stands it up, and proves every prediction`,
        `npx vitest run ${testFile}      # the same as a test, and takes it down`,
        "",
      ].join("\n"),
    );
  return exitCodes.passed;
}

async function faultsOf(lab: string, files: readonly string[]): Promise<string[]> {
  if (!isLabName(lab) || lab === "declared")
    return [
      `${JSON.stringify(lab)} cannot be a lab's name: a lower-case letter, then letters, digits and dashes, 30 in all; not "declared"`,
    ];
  const taken = await Promise.all(
    files.map(async (file) => ((await isThere(file)) ? [`${file} is there already: take another name`] : [])),
  );
  const known = (await isThere(join(".tunnelwright", lab, "plan.json")))
    ? [`the app has a lab ${lab} already: take another name`]
    : [];
  return [...taken.flat(), ...known];
}

interface App {
  readonly source: string;
  /** Of a file, as this app's imports name it: `.ts`, `.js`, or nothing in CommonJS. */
  readonly extension: string;
  /** Where the constructs are, seen from labs/. */
  readonly constructsPath: string;
}

async function readApp(): Promise<App> {
  const source = await readFile(appFile, "utf8").catch(() => {
    throw new LackingError(
      `there is no ${appFile} here: run this in the folder of a cdktf app (npx cdktf init --template=typescript makes one)`,
    );
  });
  const isOurs = await isThere(join("constructs", "index.ts"));
  const own = /from "\.[^"]*?(\.[jt]s)?"/.exec(source);
  const isModule = /"type":\s*"module"/.test(await nearestPackageJson(resolve(".")));
  return {
    source,
    extension: own ? (own[1] ?? "") : isModule ? ".ts" : "",
    constructsPath: isOurs ? "../constructs/index.ts" : "tunnelwright",
  };
}

/** What Node itself asks to know what a file is: the first package.json on the way up. */
async function nearestPackageJson(folder: string): Promise<string> {
  const text = await readFile(join(folder, "package.json"), "utf8").catch(() => undefined);
  return text ?? (dirname(folder) === folder ? "" : nearestPackageJson(dirname(folder)));
}

function labSource(declaration: LabDeclaration, template: TemplateName, { constructsPath }: App): string {
  const { ipMtuBytes } = predictionOf(declaration);
  const rendered = renderLabSource(declaration, {
    constructsPath,
    comment: [
      `Topology   h1 - r1 - isp - r2 - h2: ${templates[template].title}.`,
      `Shows      what the tunnel costs: ${ipMtuBytes} of 1500 bytes are left.`,
      "You see    each number predicted, then measured.",
      "Takes      about half a minute on two cores.",
    ],
  });
  if ("reason" in rendered) throw new Error(`the template ${template} cannot be said: ${rendered.reason}`);
  return rendered.source;
}

function testSource(declaration: LabDeclaration): string {
  return `/** The lab ${declaration.name}: it stands while these tests run, and is taken down whatever happens to them. */
import { labTest } from "tunnelwright/testing";
import { expect } from "vitest";

const test = labTest(${JSON.stringify(declaration.name)});

// The first test that asks for the lab waits until it stands.
test("every prediction holds on the wire", { timeout: 180_000 }, async ({ lab }) => {
  await expect(lab).toHold();
});

test("so many bytes fit through the tunnel", ({ lab }) => {
  expect(lab.plan).toPredictTunnelMtu(${predictionOf(declaration).ipMtuBytes});
});
`;
}

function predictionOf(declaration: LabDeclaration): { readonly ipMtuBytes: number } {
  const tunnel = planLab(declaration).plan?.tunnels[0];
  if (!tunnel) throw new Error(`the template of ${declaration.name} is no lab`);
  return tunnel.prediction;
}

async function writeNew(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text, { flag: "wx" });
}

/** The declarations that are labs without a source in labs/: the app (main.ts) adds every one it finds. */
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { LabDeclaration } from "../model/declaration.ts";
import { labFolder } from "./lab-folder.ts";

/** Where the declaration of a lab is kept: beside the labs' folders, for destroying a lab empties its own. */
export function declaredFile(lab: string): string {
  return resolve(labFolder("declared"), `${lab}.json`);
}

/** Keeps the declaration; whole or not at all, for a synth may read it now. */
export async function keepDeclaration(declaration: LabDeclaration): Promise<void> {
  const file = declaredFile(declaration.name);
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await writeFile(`${file}.new`, `${JSON.stringify(declaration, null, 2)}\n`);
  await rename(`${file}.new`, file);
}

/** The lab is no lab of this folder any more; nothing happens where it was none. */
export async function forgetDeclaration(lab: string): Promise<void> {
  await rm(declaredFile(lab), { force: true });
}

/** Whether a declaration of that name is kept. */
export async function isDeclared(lab: string): Promise<boolean> {
  return (await namesIn(labFolder("declared"))).includes(`${lab}.json`);
}

/** Why the name cannot be that of a declared lab: it is one of the project's own, or stands for something else; undefined when it can. */
export async function whyNotDeclared(lab: string): Promise<string | undefined> {
  if (lab === "declared") return "it names the folder of declarations";
  if ((await namesIn("labs")).includes(`${lab}.ts`)) return `it is a lab of this project, labs/${lab}.ts`;
  if (await isDeclared(lab)) return undefined;
  // Of a lab that was taken down Terraform's own state may stay, and its addresses.
  const files = (await namesIn(labFolder(lab))).filter(
    (name) => !/^terraform\.tfstate|^\.terraform|^address-block\.json/.test(name),
  );
  return files.length > 0 ? `there is a lab of that name already, and it was made from no pasted text` : undefined;
}

/** Whether the last synth made the lab from this declaration. */
export async function isSynthesized(declaration: LabDeclaration): Promise<boolean> {
  const text = await readFile(resolve(labFolder(declaration.name), "declaration.json"), "utf8").catch(() => "null");
  return isDeepStrictEqual(JSON.parse(text), JSON.parse(JSON.stringify(declaration)));
}

async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}

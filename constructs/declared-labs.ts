import type { App } from "cdktf";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { labDeclarationSchema } from "../model/declaration.ts";
import { formatFindings, hasErrors } from "../model/finding.ts";
import { harmless } from "../model/harmless.ts";
import { planLab } from "../plan/plan-lab.ts";
import { labOf } from "./lab-of.ts";
import type { LabProps } from "./lab.ts";
import { workingFolderName } from "./working-folder.ts";

/** Where a working folder keeps the declarations that are labs without a source: `tunnelwright up --from` puts them there. */
export const declaredFolderName = "declared";

/**
 * Adds a lab for every declaration in `.tunnelwright/declared/`; gives one sentence for each file that is none. Such a file is passed
 * over: the other labs are built all the same.
 *
 * @param props for every lab; `workingFolder` says whose folder it is
 */
export function addDeclaredLabs(app: App, props: LabProps = {}): string[] {
  const folder = join(resolve(props.workingFolder ?? "."), workingFolderName, declaredFolderName);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith(".json"))
    .sort()
    .flatMap((file) => {
      const why = addDeclaredLab(app, join(folder, file), file.slice(0, -".json".length), props);
      return why === undefined
        ? []
        : [harmless(`${join(workingFolderName, declaredFolderName, file)} is passed over: ${why}`)];
    });
}

/** Why the file is no lab; undefined when it is one. */
function addDeclaredLab(app: App, file: string, name: string, props: LabProps): string | undefined {
  let document: unknown;
  try {
    document = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    return `it is not JSON (${error instanceof Error ? error.message : String(error)})`;
  }
  const shape = labDeclarationSchema.safeParse(document);
  const { findings } = planLab(document);
  if (!shape.success || hasErrors(findings)) {
    const [first = "", ...others] = formatFindings(findings.filter(({ severity }) => severity === "error"))
      .split("\n")
      .filter((line) => line.startsWith("✖ "));
    return `${first.slice(2)}${others.length > 0 ? `, and ${others.length} more` : ""}`;
  }
  if (shape.data.name !== name) return `it declares the lab ${shape.data.name}, and a file is called as its lab`;
  if (app.node.tryFindChild(name)) return "this project has a lab of that name";
  try {
    labOf(app, shape.data, props);
    return undefined;
  } catch (error) {
    // Half a stack would stop the synth of all others.
    app.node.tryRemoveChild(name);
    return error instanceof Error ? error.message : String(error);
  }
}

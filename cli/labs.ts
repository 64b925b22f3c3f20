/** `labs`: what was synthesized in this folder, and what of it is up. */
import { renderLabs, type ListedLab } from "../reports/render-labs.ts";
import { exitCodes, type ExitCode } from "./exit-codes.ts";
import { printJson } from "./json-documents.ts";
import { isLabUp, LackingError, readPlan, synthesizedLabs } from "./lab-folder.ts";

/** Prints the labs by name. Throws LackingError where nothing was synthesized yet. */
export async function listLabs({ json = false }: { readonly json?: boolean }): Promise<ExitCode> {
  const labs = await Promise.all((await synthesizedLabs()).map(look));
  if (labs.length === 0) throw new LackingError("no lab was synthesized in this folder yet: run npx cdktf synth");
  if (json) printJson("labs", { format: "tunnelwright-labs/1", labs });
  else process.stdout.write(renderLabs(labs));
  return exitCodes.passed;
}

async function look(lab: string): Promise<ListedLab> {
  const isUp = await isLabUp(lab);
  try {
    const { plan } = await readPlan(lab);
    const names = (each: readonly { readonly name: string }[]): string[] => each.map(({ name }) => name);
    return { lab, isUp, nodes: names(plan.nodes), tunnels: names(plan.tunnels), problem: null };
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    return { lab, isUp, nodes: [], tunnels: [], problem };
  }
}

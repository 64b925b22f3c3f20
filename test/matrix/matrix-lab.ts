/** A lab that is deployed once and then changed from row to row: only what differs is pushed, nothing is restarted. */
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { runResultSchema } from "../../model/run-result.ts";
import { claimLab, releaseLab } from "../live/claim-lab.ts";
import { labPlaces, root, run } from "../live/lab-commands.ts";
import { isProtected, measuredRow, rowName, rowSuites, shapes, type MatrixRow, type MeasuredRow } from "./rows.ts";

export class MatrixLab {
  readonly #name: string;
  readonly #stacks: string;
  #ready = false;

  constructor(name: string) {
    this.#name = name;
    this.#stacks = join(root, ".tunnelwright", `stacks-of-${name}`);
  }

  /** Deploys a row, and gives what its checks measured. */
  async measure(row: MatrixRow): Promise<MeasuredRow> {
    const began = performance.now();
    if (!this.#ready) await claimLab(this.#name);
    const { shape, suite, mode, ikeVersion, hasNat } = row;
    const crypto = isProtected(row) ? { ...rowSuites[suite], mode, ikeVersion } : {};
    const app = [
      "--import",
      "tsx",
      "test/matrix/app.ts",
      this.#name,
      JSON.stringify({ ...shapes[shape], ...crypto }),
      ...(hasNat ? ["nat"] : []),
    ];
    await must(row, run("node", app));
    if (!this.#ready) await must(row, this.#terraform("init", "-input=false", "-no-color"));
    // Nobody else has been at the lab since the row before: its state is what the routers are.
    const asKnown = this.#ready ? ["-refresh=false"] : [];
    this.#ready = true;
    await must(row, this.#terraform("apply", "-auto-approve", "-input=false", "-no-color", ...asKnown));
    const latest = readFileSync(labPlaces(this.#name).latestResult, "utf8");
    return measuredRow(row, runResultSchema.parse(JSON.parse(latest)), (performance.now() - began) / 1000);
  }

  /** Takes the lab away; gives what the engine still has of it. */
  async destroy(): Promise<string[]> {
    if (this.#ready) await this.#terraform("destroy", "-auto-approve", "-input=false", "-no-color");
    rmSync(this.#stacks, { recursive: true, force: true });
    return releaseLab(this.#name);
  }

  #terraform(...args: string[]) {
    return run("terraform", args, { cwd: join(this.#stacks, "stacks", this.#name) });
  }
}

async function must(row: MatrixRow, command: ReturnType<typeof run>): Promise<void> {
  const { exitCode, all } = await command;
  if (exitCode !== 0) throw new Error(`${rowName(row)}: ${all}`);
}

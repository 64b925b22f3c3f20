import type { PlannedCheck } from "../../model/plan-document.ts";
import { LabWork, type ChangeCount } from "./lab-work.ts";
import { openProgressSocket } from "./progress-socket.ts";
import type { ProgressView } from "./progress-view.ts";
import { progressSocketVariable } from "../../model/lab-progress.ts";
import { runTerraform } from "./run-terraform.ts";
import type { TerraformDiagnostic, TerraformEvent } from "./terraform-event.ts";

/** How the stack is applied. */
export interface ApplyOptions {
  /** Further arguments of `terraform apply`. @default [] */
  readonly args?: readonly string[];
  /** Further environment of Terraform and its providers. @default {} */
  readonly env?: Readonly<Record<string, string>>;
  /** The checks that a verification in the stack runs. */
  readonly checks: readonly PlannedCheck[];
  readonly signal: AbortSignal;
  readonly view: ProgressView;
}

/** What came of it. */
export interface Applied {
  /** Terraform's; undefined when it was killed. */
  readonly exitCode: number | undefined;
  readonly diagnostics: readonly TerraformDiagnostic[];
}

/** `terraform init` and `terraform apply` in the stack's folder, shown while they work. */
export async function applyStack(directory: string, options: ApplyOptions): Promise<Applied> {
  const initialized = await options.view.step(
    "Terraform gets ready",
    () => initialize(directory),
    () => "Terraform is ready",
  );
  return initialized.exitCode === 0 && !options.signal.aborted ? apply(directory, options) : initialized;
}

async function initialize(directory: string): Promise<Applied> {
  const diagnostics: TerraformDiagnostic[] = [];
  const exitCode = await runTerraform(["init", "-input=false", "-json"], {
    directory,
    onEvent: (event) => keepDiagnostic(event, diagnostics),
  });
  return { exitCode, diagnostics };
}

/** Ten are Terraform's own: of a large lab networks and far routers would wait in rounds of ten. Where cores count, the provider has a limit. */
const mostResourcesAtOnce = "-parallelism=64";

async function apply(directory: string, { args = [], env = {}, checks, view }: ApplyOptions): Promise<Applied> {
  const diagnostics: TerraformDiagnostic[] = [];
  const work = new LabWork(checks, () => performance.now());
  const socket = await openProgressSocket((progress) => work.onProgress(progress));
  try {
    const ended = runTerraform(["apply", "-auto-approve", "-input=false", "-json", mostResourcesAtOnce, ...args], {
      directory,
      env: { ...env, [progressSocketVariable]: socket.path },
      onEvent: (event) => {
        keepDiagnostic(event, diagnostics);
        work.onTerraform(event);
      },
    }).finally(() => work.close());
    // Awaited below; until then its failure is nobody's surprise.
    ended.catch(() => undefined);
    const planned = await view.step("compared with what runs", () => work.planned, sayChanges);
    if (planned !== null) await view.watch(work.groups);
    return { exitCode: await ended, diagnostics };
  } finally {
    await socket.close();
  }
}

function keepDiagnostic(event: TerraformEvent, diagnostics: TerraformDiagnostic[]): void {
  if (event.type === "diagnostic") diagnostics.push(event.diagnostic);
}

function sayChanges(counts: ChangeCount | null): string {
  if (counts === null) return "Terraform ended before its plan was made";
  const { add, change, remove } = counts;
  const parts = [
    [add, "to make"],
    [change, "to change"],
    [remove, "to remove"],
  ] as const;
  const told = parts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  return `compared with what runs: ${told.join(", ") || "nothing to do"}`;
}

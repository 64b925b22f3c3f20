/** A stack of our own resources and nothing else: what the provider weighs while Terraform makes, reads and removes them. */
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { providerAddress } from "../provider/schema/resources.ts";
import type { Children } from "./children.ts";
import { watchProvider, type ProviderMemory } from "./memory.ts";

const { source, version } = providerAddress;
const resource = "tunnelwright_lab_access";

/** Terraform's JSON for that many labs, each with keys for one node, below the folder. */
export function loadStack(resourceCount: number, folder: string): object {
  const resources = Array.from({ length: resourceCount }, (_, index): [string, object] => [
    `lab${index}`,
    { lab: `lab${index}`, directory: join(folder, "labs", String(index)), nodes: { r1: "192.0.2.1" } },
  ]);
  return {
    terraform: { required_providers: { tunnelwright: { source, version } } },
    resource: { [resource]: Object.fromEntries(resources) },
  };
}

/** Applies, plans and destroys such a stack in a temporary folder, which is removed in any case. */
export async function measureProvider(
  children: Children,
  { terraform, root, resourceCount }: { terraform: string; root: string; resourceCount: number },
): Promise<ProviderMemory> {
  // The kernel tells a process's folder by its real path.
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "tunnelwright-bench-")));
  try {
    writeFileSync(join(folder, "main.tf.json"), JSON.stringify(loadStack(resourceCount, folder)));
    await children.run(terraform, ["init", "-input=false", `-plugin-dir=${join(root, "dist/plugins")}`], {
      cwd: folder,
    });
    const watch = watchProvider(folder);
    try {
      await children.run(terraform, ["apply", "-auto-approve", "-input=false"], { cwd: folder });
      await children.run(terraform, ["plan", "-input=false", "-detailed-exitcode"], { cwd: folder });
      await children.run(terraform, ["destroy", "-auto-approve", "-input=false"], { cwd: folder });
    } finally {
      watch.pause();
    }
    return watch.seen();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Providers whose Terraform was killed: they wait for it for ever, unless they happen to write to it. */
import { existsSync, realpathSync } from "node:fs";
import { basename } from "node:path";
import { allProcesses } from "../../devices/processes.ts";

/**
 * Ends the providers that work in the stack's folder and have no Terraform any more; gives their process numbers. The caller has seen to
 * it that no Terraform is at work there. Linux only: elsewhere nothing happens.
 */
export function endOrphanedProviders(stackDirectory: string): number[] {
  if (!existsSync(stackDirectory) || !existsSync("/proc/self/stat")) return [];
  const here = realpathSync(stackDirectory);
  const all = allProcesses();
  const programs = new Map(all.map(({ pid, words }) => [pid, basename(words[0] ?? "")]));
  const orphans = all.filter(
    ({ pid, parent, folder }) =>
      folder === here &&
      programs.get(pid)?.startsWith("terraform-provider-") &&
      // Somebody's own Terraform is at work there: not ours to end.
      (parent === 1 || !/terraform|tofu/.test(programs.get(parent) ?? "")),
  );
  return orphans.flatMap(({ pid }) => {
    try {
      process.kill(pid, "SIGKILL");
      return [pid];
    } catch {
      return []; // it ended by itself
    }
  });
}

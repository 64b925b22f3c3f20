/** Processes by whose children they are, and by where they work. */
import { allProcesses, type RunningProcess } from "../../devices/processes.ts";

/** The process and all it started, as long as they are its children. */
export function treeOf(pid: number, all = allProcesses()): RunningProcess[] {
  const below = (parent: number): RunningProcess[] =>
    all.filter((each) => each.parent === parent).flatMap((each) => [each, ...below(each.pid)]);
  return [...all.filter((each) => each.pid === pid), ...below(pid)];
}

/** Those that work in the folder or below it, but for this process and what it came from. */
export function processesOf(folder: string): RunningProcess[] {
  const all = allProcesses();
  const ancestors = new Set<number>();
  for (let pid = process.pid; pid > 1 && !ancestors.has(pid); pid = all.find((p) => p.pid === pid)?.parent ?? 0)
    ancestors.add(pid);
  return all.filter((each) => `${each.folder}/`.startsWith(`${folder}/`) && !ancestors.has(each.pid));
}

export const isTerraform = ({ words }: RunningProcess): boolean => /(?:^|\/)(?:terraform|tofu)$/.test(words[0] ?? "");

export const isOurProvider = ({ words }: RunningProcess): boolean =>
  words.some((word) => word.includes("terraform-provider-tunnelwright"));

/** Processes as /proc tells them: whose child, what words, which folder. */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";

export interface RunningProcess {
  readonly pid: number;
  readonly parent: number;
  readonly words: readonly string[];
  /** Its working folder. */
  readonly folder: string;
}

/** Every process that can be looked at, but zombies: they have ended. */
export function allProcesses(): RunningProcess[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, "latin1");
        // The program's name may hold anything, brackets too.
        const [state, parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
        const words = readFileSync(`/proc/${name}/cmdline`, "utf8").split("\0").filter(Boolean);
        const folder = readlinkSync(`/proc/${name}/cwd`);
        return state === "Z" ? [] : [{ pid: Number(name), parent: Number(parent), words, folder }];
      } catch {
        return []; // it ended meanwhile, or is somebody else's
      }
    });
}

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

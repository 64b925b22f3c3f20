/** The processes of this machine, as /proc tells them: whose child, what words, which folder. Linux only. */
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

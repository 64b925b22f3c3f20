/** Providers whose Terraform was killed: they wait for it for ever, unless they happen to write to it. */
import { readFile, readdir, readlink, realpath } from "node:fs/promises";
import { basename, join } from "node:path";

/** A process, as /proc tells it. */
interface Seen {
  readonly pid: number;
  readonly parent: number;
  readonly program: string;
  readonly folder: string;
}

/**
 * Ends the providers that work in the stack's folder and have no Terraform any more; gives their process numbers. The caller has seen to
 * it that no Terraform is at work there. Linux only: elsewhere nothing happens.
 */
export async function endOrphanedProviders(stackDirectory: string): Promise<number[]> {
  const folder = await realpath(stackDirectory).catch(() => undefined);
  if (folder === undefined) return [];
  const names = await readdir("/proc").catch(() => []);
  const seen = (await Promise.all(names.filter((name) => /^\d+$/.test(name)).map(look))).flatMap((each) => each ?? []);
  const programs = new Map(seen.map(({ pid, program }) => [pid, program]));
  const orphans = seen.filter(
    (each) =>
      each.folder === folder &&
      isProvider(each.program) &&
      // Somebody's own Terraform is at work there: not ours to end.
      (each.parent === 1 || !/terraform|tofu/.test(basename(programs.get(each.parent) ?? ""))),
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

/** Terraform starts them by this name, wherever they are. */
const isProvider = (program: string): boolean => basename(program).startsWith("terraform-provider-");

async function look(name: string): Promise<Seen | undefined> {
  try {
    const [stat, words, folder] = await Promise.all([
      readFile(join("/proc", name, "stat"), "latin1"),
      readFile(join("/proc", name, "cmdline"), "utf8"),
      readlink(join("/proc", name, "cwd")),
    ]);
    // The program's name may hold anything, brackets too.
    const [, parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return { pid: Number(name), parent: Number(parent), program: words.split("\0")[0] ?? "", folder };
  } catch {
    return undefined; // it ended meanwhile, or is somebody else's
  }
}

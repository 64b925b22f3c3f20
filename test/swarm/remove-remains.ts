/** Takes away what there is of the engines: what runs, as a power failure does, or everything. */
import { execa } from "execa";
import { existsSync, readdirSync, readFileSync, rmdirSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { RunningProcess } from "../../devices/processes.ts";
import { findRemains } from "./find-remains.ts";
import { pollUntil } from "./poll-until.ts";

/** Killed processes end, and mounts and groups are free, within moments; on a busy machine some more. */
const goneDeadlineMs = 20_000;

/**
 * Ends the processes at once and takes away what they leave: mounts, namespaces, control groups, sockets; the folders stay.
 * What is not there is no error, so this can be repeated.
 * @throws Error what is still there when the deadline is over.
 */
export async function removeRunning(engine?: string): Promise<void> {
  const { folders, namespaces } = findRemains(engine);
  await pollUntil({ what: "the engines' processes end", deadlineMs: goneDeadlineMs, intervalMs: 20 }, () => {
    const { processes } = findRemains(engine);
    // The daemons first: they must not see their containers end, and write it down.
    for (const { pid } of processes.toSorted((a, b) => Number(isContainers(a)) - Number(isContainers(b)))) kill(pid);
    return processes.length === 0 || undefined;
  });
  const sockets = folders.flatMap(shimSockets);
  await pollUntil({ what: "the engines' mounts are free", deadlineMs: goneDeadlineMs }, async () => {
    const { mounts } = findRemains(engine);
    if (mounts.length > 0) await execa("umount", mounts);
    return mounts.length === 0 || undefined;
  });
  for (const name of namespaces) await execa("ip", ["netns", "delete", name]);
  await pollUntil({ what: "the engines' control groups are empty", deadlineMs: goneDeadlineMs }, () => {
    for (const group of findRemains(engine).cgroups) rmdirSync(group);
    return true;
  });
  for (const socket of sockets) rmSync(socket, { force: true });
}

/** {@link removeRunning}, and the folders too: nothing is left. */
export async function removeRemains(engine?: string): Promise<void> {
  await removeRunning(engine);
  const { folders } = findRemains(engine);
  // Should a mount be left after all, it is not walked into.
  if (folders.length > 0) await execa("rm", ["-rf", "--one-file-system", ...folders]);
}

/** Neither a daemon nor what watches a container for it. */
const isContainers = ({ words }: RunningProcess): boolean => !/^(?:dockerd$|containerd)/.test(basename(words[0] ?? ""));

/** The sockets of the shims are in a folder of the whole machine's; each container's bundle tells which one is its own. */
function shimSockets(folder: string): string[] {
  const tasks = join(folder, "exec/containerd/daemon/io.containerd.runtime.v2.task");
  return foldersIn(tasks)
    .flatMap((namespace) => foldersIn(namespace))
    .map((bundle) => join(bundle, "address"))
    .filter((file) => existsSync(file))
    .map((file) => readFileSync(file, "utf8").replace(/^unix:\/\//, ""))
    .filter((path) => dirname(path) === "/run/containerd/s");
}

const foldersIn = (folder: string): string[] =>
  existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** Processes as /proc tells them, and which of them share a container. */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** Everything that runs in the container of this process: all that share its namespace of pids. Needs root. */
export function processesInContainer(pid: number): string[] {
  const namespace = link(`/proc/${pid}/ns/pid`);
  if (namespace === "") throw new Error(`the processes of the containers cannot be read: run the bench as root`);
  return processes().filter((other) => link(`/proc/${other}/ns/pid`) === namespace);
}

/** Ids of all there are. */
export function processes(): string[] {
  return readdirSync("/proc").filter((name) => /^\d+$/.test(name));
}

/** A file of /proc; empty for a process that ended meanwhile. */
export function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

/** Where a link of /proc leads; empty for a process that ended meanwhile. */
export function link(file: string): string {
  try {
    return readlinkSync(file);
  } catch {
    return "";
  }
}

/** What the processes of a container have computed. */
import { processesInContainer, read } from "./processes.ts";

/** Of USER_HZ, which is 100 on every Linux of today. */
const ticksPerSecond = 100;

/** Seconds of a core out of /proc/PID/stat: user's and the kernel's. 0 when it is not there. */
export function cpuSecondsOf(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [user, system] = [Number(fields[11]), Number(fields[12])];
  return Number.isFinite(user + system) ? (user + system) / ticksPerSecond : 0;
}

/** Seconds of a core that everything running in the container of this process has had: all that share its namespace of pids. */
export function containerCpuSeconds(pid: number): number {
  return processesInContainer(pid).reduce((sum, id) => sum + cpuSecondsOf(read(`/proc/${id}/stat`)), 0);
}

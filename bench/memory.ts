/** What processes weigh: proportional set size (Pss), so that a page that several share is counted once. */
import { link, processes, processesInContainer, read } from "./processes.ts";

/** One line of /proc/PID/smaps_rollup or /proc/PID/status in KiB; undefined when it is not there. */
export function kibibytes(text: string, field: "Pss" | "VmHWM"): number | undefined {
  const found = new RegExp(`^${field}:\\s+(\\d+) kB$`, "m").exec(text);
  return found ? Number(found[1]) : undefined;
}

/**
 * Pss of several processes together, in KiB. Processes in one memory (user-mode Linux has helpers that are) show the same
 * mappings to the byte; such a memory is counted once.
 */
export function sumPssKiB(rollups: readonly string[]): number {
  return [...new Set(rollups)].reduce((sum, rollup) => sum + (kibibytes(rollup, "Pss") ?? 0), 0);
}

/** Pss in MiB of everything that runs in the container of this process: all that share its namespace of pids. Needs root. */
export function containerPssMiB(pid: number): number {
  const rollups = processesInContainer(pid).map((other) => read(`/proc/${other}/smaps_rollup`));
  return sumPssKiB(rollups) / 1024;
}

/** The heaviest that a provider was seen. */
export interface ProviderMemory {
  /** Largest Pss among the samples. */
  readonly pssMiB: number;
  /** Largest resident set, as the kernel kept it (VmHWM); shared pages count in full. */
  readonly peakResidentMiB: number;
}

const sampleMs = 50;

/** Samples our providers that Terraform starts in the folder, until told to pause. */
export function watchProvider(folder: string): { pause: () => void; seen: () => ProviderMemory } {
  let pssKiB = 0;
  let peakKiB = 0;
  const sampling = setInterval(() => {
    for (const pid of processes()) {
      if (link(`/proc/${pid}/cwd`) !== folder) continue;
      if (!read(`/proc/${pid}/cmdline`).includes("terraform-provider-tunnelwright")) continue;
      pssKiB = Math.max(pssKiB, kibibytes(read(`/proc/${pid}/smaps_rollup`), "Pss") ?? 0);
      peakKiB = Math.max(peakKiB, kibibytes(read(`/proc/${pid}/status`), "VmHWM") ?? 0);
    }
  }, sampleMs);
  return {
    pause: () => {
      clearInterval(sampling);
    },
    seen: () => {
      if (pssKiB === 0) throw new Error("no provider was seen: Terraform started none in this folder");
      return { pssMiB: pssKiB / 1024, peakResidentMiB: peakKiB / 1024 };
    },
  };
}

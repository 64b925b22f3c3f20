import { constants } from "node:fs";
import { access, readFile } from "node:fs/promises";
import type { MachineFacts } from "../../model/ios-preflight.ts";
import { askEngine, DockerEngineError, type EngineOptions } from "../docker-engine.ts";

/** Where the machine is looked at; the tests bring files of their own. */
export interface LookOptions extends EngineOptions {
  /** @default "/dev/kvm" */
  readonly kvm?: string;
  /** @default "/proc/meminfo" */
  readonly meminfo?: string;
}

/**
 * What this machine has for a virtual router of that image.
 * @throws DockerEngineError when the engine does not answer.
 */
export async function lookAtMachine(image: string, options: LookOptions = {}): Promise<MachineFacts> {
  const { kvm = "/dev/kvm", meminfo = "/proc/meminfo" } = options;
  const text = await readFile(meminfo, "utf8").catch(() => "");
  const kilobytes = /^MemAvailable:\s+(\d+) kB$/m.exec(text)?.[1];
  return {
    kvm: await kvmState(kvm),
    availableMemoryMiB: kilobytes === undefined ? 0 : Math.floor(Number(kilobytes) / 1024),
    imageIsThere: await hasImage(image, options),
  };
}

async function kvmState(path: string): Promise<MachineFacts["kvm"]> {
  const may = (mode: number): Promise<boolean> =>
    access(path, mode).then(
      () => true,
      () => false,
    );
  if (!(await may(constants.F_OK))) return "absent";
  return (await may(constants.R_OK | constants.W_OK)) ? "usable" : "not permitted";
}

async function hasImage(image: string, options: EngineOptions): Promise<boolean> {
  try {
    await askEngine("GET", `/images/${encodeURIComponent(image)}/json`, options);
    return true;
  } catch (error) {
    // The engine's own words for 404.
    if (error instanceof DockerEngineError && /No such image/i.test(error.message)) return false;
    throw error;
  }
}

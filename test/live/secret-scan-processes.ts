/** Samples what every process of the machine shows to whoever lists processes: its arguments and its environment. */
import { readdirSync, readFileSync } from "node:fs";
import type { Layer } from "./secret-scan-search.ts";

/** What a process showed; equal showings of several samples are one. */
export interface ProcessSamples {
  readonly shown: readonly Layer[];
  /** How often a process' arguments or environment were read. */
  readonly readCount: number;
  /** How often all processes were gone through. */
  readonly roundCount: number;
}

const roundIntervalMs = 25;

/** Goes through /proc again and again until it is told to stop; what ends between two rounds may be missed. */
export class ProcessWatch {
  readonly #shown = new Map<string, string>();
  readonly #argumentsSeen = new Map<string, string>();
  readonly #timer: NodeJS.Timeout;
  #readCount = 0;
  #roundCount = 0;

  constructor() {
    this.#round();
    this.#timer = setInterval(() => this.#round(), roundIntervalMs);
  }

  /** What was seen so far. */
  get samples(): ProcessSamples {
    return {
      shown: [...this.#shown].map(([text, place]) => ({ place, bytes: Buffer.from(text, "latin1") })),
      readCount: this.#readCount,
      roundCount: this.#roundCount,
    };
  }

  /** Ends the sampling; what was seen stays. */
  stop(): void {
    clearInterval(this.#timer);
  }

  #round(): void {
    this.#roundCount += 1;
    for (const pid of readdirSync("/proc")) {
      if (!/^\d+$/.test(pid)) continue;
      const shownArguments = this.#read(pid, "cmdline");
      // A kernel thread has none, nor has a process that is about to end.
      if (shownArguments === "" || this.#argumentsSeen.get(pid) === shownArguments) continue;
      this.#argumentsSeen.set(pid, shownArguments);
      this.#keep(shownArguments, `arguments of process ${pid}`);
      // The environment is the program's own: another program, another environment.
      this.#keep(this.#read(pid, "environ"), `environment of process ${pid}`);
    }
  }

  #read(pid: string, name: "cmdline" | "environ"): string {
    try {
      const text = readFileSync(`/proc/${pid}/${name}`, "latin1");
      if (text !== "") this.#readCount += 1;
      return text;
    } catch {
      return ""; // it ended meanwhile, or it is somebody else's
    }
  }

  #keep(text: string, place: string): void {
    if (text !== "" && !this.#shown.has(text)) this.#shown.set(text, place);
  }
}

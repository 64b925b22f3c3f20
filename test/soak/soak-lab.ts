/** The lab that is rebuilt and interrupted, by the built command line and nothing else, and everything that could be left of it. */
import { execa } from "execa";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { keepDeclaration } from "../../cli/declared-file.ts";
import { expect, vi } from "vitest";
import type { LabDeclaration } from "../../model/declaration.ts";
import { runResultSchema, type RunResult } from "../../model/run-result.ts";
import { askEngine, dockerLeftovers, labPlaces, quietEnvironment, root } from "../live/lab-commands.ts";
import type { RunningProcess } from "../../devices/processes.ts";
import { processesOf } from "./process-tree.ts";

/** How a command ended, and how long it took. */
export interface TimedEnd {
  /** Undefined when a signal ended it. */
  readonly exitCode: number | undefined;
  readonly all: string;
  readonly seconds: number;
}

/** A command at work. */
export interface Running {
  readonly pid: number;
  readonly hasEnded: () => boolean;
  readonly ended: Promise<TimedEnd>;
  /** Closes the reading end of its output. */
  readonly stopListening: () => void;
}

/** Longer than any of the verbs takes on a busy machine; then it hangs. */
const verbDeadlineMs = 300_000;
/** Terraform keeps its own state, empty, and the lab its block of addresses: README.md, "What it changes on your machine". */
const documented = /^(?:terraform\.tfstate(?:\.backup)?|\.terraform\.tfstate\.lock\.info|address-block\.json)$/;

export class SoakLab {
  readonly name: string;
  readonly #declaration: LabDeclaration | undefined;
  /** Which bits no file of theirs may have: of the one who runs them, whatever he likes. */
  readonly #umask: number;
  /** Where everything that is started writes its temporary files, so that what is left there is theirs. */
  readonly temporary = mkdtempSync(join(tmpdir(), "tunnelwright-soak-"));

  /** A lab of the project, or the declaration of one, which is kept for the app whenever the lab is stood up. */
  constructor(lab: string | LabDeclaration, umask = 0o022) {
    this.#umask = umask;
    this.name = typeof lab === "string" ? lab : lab.name;
    this.#declaration = typeof lab === "string" ? undefined : lab;
  }

  readonly #seconds = new Map<string, number>();

  /** How long the verb took when it was last left alone; until then a guess. */
  usualSeconds(verb: "up" | "down" | "rebuild"): number {
    const up = this.#seconds.get("up") ?? 30;
    const down = this.#seconds.get("down") ?? up / 2;
    return this.#seconds.get(verb) ?? (verb === "rebuild" ? up + down : verb === "up" ? up : down);
  }

  /** Starts a command of the command line in a session of its own, as a terminal does, and returns at once. */
  async start(verb: string, ...more: string[]): Promise<Running> {
    if (this.#declaration) await keepDeclaration(this.#declaration);
    const began = performance.now();
    const usual = process.umask(this.#umask);
    const child = execa(process.execPath, ["dist/cli/main.js", verb, this.name, ...more], {
      cwd: root,
      env: { ...quietEnvironment, TMPDIR: this.temporary },
      detached: true,
      stdin: "ignore",
      reject: false,
      all: true,
      timeout: verbDeadlineMs,
      killSignal: "SIGKILL",
    });
    process.umask(usual);
    let hasEnded = false;
    const ended = child.then(({ exitCode, all }) => {
      hasEnded = true;
      return { exitCode, all: stripVTControlCharacters(all), seconds: (performance.now() - began) / 1000 };
    });
    const stopListening = (): void => {
      child.stdout.destroy();
      child.stderr.destroy();
    };
    return { pid: child.pid!, hasEnded: () => hasEnded, ended, stopListening };
  }

  /** Runs it to its end. */
  async run(verb: string, ...more: string[]): Promise<TimedEnd> {
    const ended = await (await this.start(verb, ...more)).ended;
    // An `up` of what stands is short, and tells nothing.
    if (ended.exitCode === 0) this.#seconds.set(verb, Math.max(ended.seconds, this.#seconds.get(verb) ?? 0));
    return ended;
  }

  get latest(): RunResult {
    return runResultSchema.parse(JSON.parse(readFileSync(labPlaces(this.name).latestResult, "utf8")));
  }

  /** What of this folder is at work: the command line, Terraform, the providers, the app. */
  processes(): RunningProcess[] {
    return processesOf(root).filter(({ words }) =>
      words.some((word) => /(?:^|\/)(?:terraform|cdktf|main\.(?:js|ts))$|terraform-provider-/.test(word)),
    );
  }

  /** What is left of the lab when it is down; of the documented nothing. */
  async leftWhenDown(): Promise<string[]> {
    const folder = labPlaces(this.name).directory;
    return [
      ...(await dockerLeftovers(this.name)),
      ...this.processes().map(({ pid, words }) => `process ${pid} ${words.join(" ")}`),
      ...namesIn(folder)
        .filter((name) => !documented.test(name))
        .map((name) => join(relative(root, folder), name)),
    ];
  }

  /** What was asked to end may take a moment. */
  async mustBeGone(): Promise<void> {
    let left: string[] = [];
    const isGone = async () => (left = await this.leftWhenDown()).length === 0;
    await vi.waitUntil(isGone, { timeout: 10_000, interval: 200 }).catch(() => expect(left).toEqual([]));
  }

  /** Temporary files; tsx keeps what it compiled, for the next. */
  temporaryFiles(): string[] {
    return namesIn(this.temporary).filter((name) => !/^(?:tsx-\d+|node-compile-cache)$/.test(name));
  }

  /**
   * All files of the working folder and of what synth wrote, without the times in their names, nor the captures' numbers among the evidence of
   * their check, which differ with how often it looked: what grows from run to run is here.
   */
  filesOfFolder(): Set<string> {
    const folders = [".tunnelwright", "cdktf.out"].map((name) => join(root, name));
    return new Set(
      folders
        .flatMap((folder) =>
          readdirSync(folder, { recursive: true, withFileTypes: true }).map((entry) =>
            relative(root, join(entry.parentPath, entry.name)),
          ),
        )
        .map((path) => path.replaceAll(/\d{4}-\d\d-\d\dT[\d.]+Z/g, "TIME").replace(/-\d+\.pcap$/, "-N.pcap")),
    );
  }

  end(): void {
    rmSync(this.temporary, { recursive: true, force: true });
  }
}

/** The volumes that the engine has, whosever: a lab has none, so there must be no more afterwards. */
export async function volumeNames(): Promise<string[]> {
  const { Volumes } = JSON.parse(await askEngine("GET", "/volumes")) as { Volumes: { Name: string }[] | null };
  return (Volumes ?? []).map(({ Name }) => Name).sort();
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** As long as a name may be, and what it is made of means something to a command line. */
const longName = "a".padEnd(30, "-");

/**
 * Two routers and what is between them, a tunnel, no OSPF and no hosts: the smallest lab with everything that can be left behind. Its
 * segments have names that are legal and that somebody could stumble over.
 */
export function smallLab(name: string): LabDeclaration {
  const route = (via: string) => [{ destination: "0.0.0.0/0", via }];
  return {
    name,
    segments: { true: {}, [longName]: {} },
    nodes: {
      isp: {
        role: "transit",
        interfaces: {
          eth0: { segment: "true", address: "198.51.100.1/30" },
          eth1: { segment: longName, address: "203.0.113.1/30" },
        },
      },
      r1: {
        role: "router",
        interfaces: { eth0: { segment: "true", address: "198.51.100.2/30" } },
        routes: route("198.51.100.1"),
      },
      r2: {
        role: "router",
        interfaces: { eth0: { segment: longName, address: "203.0.113.2/30" } },
        routes: route("203.0.113.1"),
      },
    },
    tunnels: {
      tunnel0: {
        left: { router: "r1", interface: "eth0", address: "172.16.0.1/30" },
        right: { router: "r2", interface: "eth0", address: "172.16.0.2/30" },
        suite: "aes-gcm-16",
        routing: { protocol: "none" },
      },
    },
  };
}

/**
 * Holds a run of a lab to the promise that no secret leaves its file. From begin to end every command that is run through it is
 * traced and its output kept, and the machine's processes are sampled; then everything that the run wrote or showed is read and searched.
 * What is found is told by place, form and count; the secret itself is never printed.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { labPlaces, run, type Ended } from "./lab-commands.ts";
import {
  countNodeProcesses,
  kinds,
  labSecrets,
  readCdktfOut,
  readElsewhere,
  readEngine,
  readLabFolder,
  readNodes,
  readPlan,
  relicsOf,
  watchNode,
  type Collection,
  type Evidence,
  type Kind,
} from "./secret-scan-collect.ts";
import type { Secret } from "./secret-scan-forms.ts";
import { ProcessWatch } from "./secret-scan-processes.ts";
import { layersOf, OpaqueError, SecretSearch } from "./secret-scan-search.ts";

/** A secret where it should not be. */
export interface Leak {
  readonly secret: string;
  readonly kind: Kind;
  readonly place: string;
  readonly form: string;
  readonly count: number;
}

/** What a scan read and found. A clean one has no leaks, nothing unread, no problems, and every secret at home. */
export interface ScanReport {
  /** One line for people. */
  readonly line: string;
  readonly leaks: readonly Leak[];
  /** Kinds of places of which nothing was read. */
  readonly unread: readonly string[];
  /** Modes that are too wide; archives that could not be looked through. */
  readonly problems: readonly string[];
  /** Secrets that were not found in their own files: the search is blind, or two ends have two keys. */
  readonly notAtHome: readonly string[];
}

/** Searches what was read. Secrets that were planted to try the search are leaks as any other. */
export function judgeEvidence(
  { evidence, problems }: Collection,
  secrets: readonly Secret[],
  processSampleCount: number,
): ScanReport {
  const search = new SecretSearch(secrets);
  const leaks: Leak[] = [];
  const opaque: string[] = [];
  const notAtHome: string[] = [];
  const known = new Set(secrets.map(({ name }) => name));
  let [fileCount, byteCount] = [0, 0];
  for (const { kind, place, bytes, holds = [] } of evidence) {
    const awaited = new Set(holds.filter((name) => known.has(name)));
    try {
      for (const layer of layersOf(place, bytes)) {
        fileCount += 1;
        byteCount += layer.bytes.length;
        const told = search.redact(layer.place);
        for (const { secret, form, count } of search.find(layer.bytes))
          if (holds.includes(secret)) awaited.delete(secret);
          else leaks.push({ secret, kind, place: told, form, count });
        if (told !== layer.place)
          for (const { secret, form, count } of search.find(Buffer.from(layer.place)))
            leaks.push({ secret, kind, place: told, form: `${form}, in the name`, count });
      }
    } catch (error) {
      if (!(error instanceof OpaqueError)) throw error;
      opaque.push(search.redact(error.message));
    }
    notAtHome.push(...[...awaited].map((name) => `${name} in ${search.redact(place)}`));
  }
  const leakCount = leaks.reduce((sum, { count }) => sum + count, 0);
  return {
    line: `secrets found outside their files: ${leakCount} (${fileCount} files, ${byteCount} bytes, ${processSampleCount} process samples read)`,
    leaks,
    unread: kinds.filter((kind) => !evidence.some((e) => e.kind === kind && e.bytes.length > 0)),
    problems: [...problems, ...opaque],
    notAtHome,
  };
}

/** A run of a lab that is watched from its begin. */
export class WatchedRun {
  readonly #lab: string;
  readonly #began = new Date();
  readonly #folder = mkdtempSync(join(tmpdir(), "tunnelwright-watched-"));
  readonly #processes = new ProcessWatch();
  readonly #kept: Evidence[] = [];
  readonly #problems: string[] = [];
  #commandCount = 0;

  constructor(lab: string) {
    this.#lab = lab;
  }

  /** Runs a command with Terraform's and the providers' trace on; keeps the trace and what it printed. */
  async command(command: string, args: readonly string[], options: { cwd?: string } = {}): Promise<Ended> {
    this.#commandCount += 1;
    const trace = join(this.#folder, `${this.#commandCount}.trace`);
    const asked = ["TF_LOG=trace", "TF_LOG_PROVIDER=trace", `TF_LOG_PATH=${trace}`];
    const ended = await run("env", [...asked, command, ...args], options);
    const said = [command, ...args].join(" ");
    this.keep({ kind: "terminal", place: said, bytes: Buffer.from(ended.all) });
    if (existsSync(trace)) this.#keepTrace(said, readFileSync(trace));
    else if (asksProviders.test(said)) this.#problems.push(`${said} left no trace`);
    rmSync(trace, { force: true });
    return ended;
  }

  /** Adds something that was read elsewhere. */
  keep(evidence: Evidence): void {
    this.#kept.push(evidence);
  }

  /** Does something while the processes of a node are looked at all the time. */
  async whileWatching<T>(node: string, work: () => Promise<T>): Promise<T> {
    const watching = await watchNode(this.#lab, node);
    try {
      return await work();
    } finally {
      this.keep(await watching.stop());
    }
  }

  /** Reads everything and searches it; `planted` are secrets that must be found. Prints the report's line. */
  async scan(
    planted: readonly Secret[] = [],
  ): Promise<{ readonly report: ScanReport; readonly found: readonly Leak[] }> {
    for (const words of tellingCommands(this.#lab)) {
      const shown = await this.command("node", ["dist/cli/main.js", ...words]);
      if (shown.exitCode !== 0) this.#problems.push(`${words.join(" ")} ended with ${shown.exitCode ?? "none"}`);
    }
    const [plan, engine, nodes] = await Promise.all([
      readPlan(this.#folder, (...args) => this.#terraform(args)),
      readEngine(this.#lab),
      readNodes(this.#lab),
    ]);
    const folder = readLabFolder(this.#lab);
    const samples = this.#processes.samples;
    const evidence: Evidence[] = [
      ...this.#kept,
      ...folder.evidence,
      ...readCdktfOut(),
      ...plan,
      ...engine,
      ...nodes.evidence,
      ...samples.shown.map((shown) => ({ kind: "process of the machine" as const, ...shown })),
      ...readElsewhere(this.#began, this.#folder),
    ];
    const inNodes = evidence.filter(({ kind }) => kind === "process of a node");
    const sampleCount = inNodes.reduce((sum, { bytes }) => sum + countNodeProcesses(bytes), samples.readCount);
    const secrets = labSecrets(this.#lab);
    const problems = [...this.#problems, ...folder.problems, ...nodes.problems];
    const report = judgeEvidence({ evidence, problems }, secrets, sampleCount);
    console.log(report.line);
    return {
      report,
      found: planted.length > 0 ? judgeEvidence({ evidence, problems }, planted, sampleCount).leaks : [],
    };
  }

  /** Searches what is left when the lab is destroyed, for the secrets it had: commands, traces and processes since, and the folders. */
  scanLeavings(secrets: readonly Secret[]): readonly Leak[] {
    const left = relicsOf(this.#lab);
    const shown = this.#processes.samples.shown.map((s) => ({ kind: "process of the machine" as const, ...s }));
    const evidence = [...this.#kept, ...shown, ...left, ...readCdktfOut(), ...readElsewhere(this.#began, this.#folder)];
    return judgeEvidence({ evidence, problems: [] }, secrets, 0).leaks;
  }

  /** Ends the sampling and removes the traces. */
  end(): void {
    this.#processes.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** A command of Terraform that must go well; what it said is told without secrets. */
  async #terraform(args: readonly string[]): Promise<Ended> {
    const ended = await this.command("terraform", args, { cwd: labPlaces(this.#lab).stack });
    if (ended.exitCode === 0) return ended;
    const said = new SecretSearch(labSecrets(this.#lab)).redact(ended.stderr);
    throw new Error(`terraform ${args[0] ?? ""} ended with exit code ${ended.exitCode ?? "none"}: ${said}`);
  }

  #keepTrace(said: string, trace: Buffer): void {
    const { ofTerraform, ofProviders } = splitTrace(trace.toString("latin1"));
    const place = `trace of ${said}`;
    this.keep({ kind: "trace of Terraform", place, bytes: Buffer.from(ofTerraform, "latin1") });
    this.keep({ kind: "trace of a provider", place, bytes: Buffer.from(ofProviders, "latin1") });
    if (asksProviders.test(said) && !ofProviders.includes("terraform-provider-tunnelwright"))
      this.#problems.push(`the trace of ${said} has no line of our provider`);
  }
}

/** Commands that cannot do without the providers. */
const asksProviders = /^(terraform (plan|apply)|npx cdktf (deploy|destroy))/;

/** A line with a time begins an entry; those without belong to the one before. */
export function splitTrace(trace: string): { readonly ofTerraform: string; readonly ofProviders: string } {
  const entries = trace.split(/\n(?=\d{4}-\d\d-\d\dT)/);
  const isProviders = (entry: string) => /^\S+ \[\w+\]\s+provider[.:]/.test(entry);
  return {
    ofTerraform: entries.filter((entry) => !isProviders(entry)).join("\n"),
    ofProviders: entries.filter(isProviders).join("\n"),
  };
}

/** All that tells of a lab that is up, as a user and a machine read it; the page of the run and the capture stay in the lab's results. */
const tellingCommands = (lab: string): readonly (readonly string[])[] => [
  ["results", lab, "--verbose"],
  ["results", lab, "--json"],
  ["results", lab, "--junit", "-"],
  ["report", lab],
  ["report", lab, "--format", "markdown", "-o", "-"],
  ["status", lab, "--json"],
  ["logs", lab],
  ["ssh", lab, "r1", "--", "swanctl", "--list-conns"],
  ["capture", lab, "r1:eth0", "-c", "2", "-w", `.tunnelwright/${lab}/results/scanned.pcap`],
];

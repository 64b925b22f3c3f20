/** The lab that is harmed in every way: gre-over-ipsec's pair, in a stack of its own, without a verification after each deploy. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { askEngine, labPlaces, onNode, root, run, type Ended } from "../live/lab-commands.ts";
import type { Drift, Part, SectionName } from "./drift-table.ts";

const sections: readonly SectionName[] = ["sysctl", "firewall", "interfaces", "ipsec", "routing"];

/** A change of one section of one node, as a plan tells it. */
export interface PlannedChange {
  readonly node: string;
  readonly section: SectionName;
  /** `-` what runs, `+` what is declared; lines without their indentation. */
  readonly lines: readonly string[];
}

/** What runs on a router, by names that tell a restart: a daemon's pid, the IKE SA's number and cookie, the boot. */
export type Identity = Readonly<Record<Part | "guest", string>>;

export class SurvivalLab {
  readonly name: string;
  readonly stacks: string;
  constructor(name: string) {
    this.name = name;
    this.stacks = join(root, ".tunnelwright", `stacks-of-${name}`);
  }

  get places() {
    return labPlaces(this.name);
  }

  synth(options: { readonly ipMtuBytes?: number; readonly verify?: boolean } = {}): Promise<Ended> {
    const words = [this.name, String(options.ipMtuBytes ?? 1442), String(options.verify ?? false)];
    return run("node", ["--import", "tsx", "test/survival/app.ts", ...words]);
  }

  terraform(...args: string[]): Promise<Ended> {
    return run("terraform", args, { cwd: join(this.stacks, "stacks", this.name) });
  }

  async deploy(): Promise<void> {
    must(await this.synth());
    must(await this.terraform("init", "-input=false", "-no-color"));
    must(await this.apply());
    await this.settle();
  }
  /** Waits until everything is up, as `verify` does: what is looked at before that changes by itself. */
  async settle(): Promise<void> {
    must(await run("node", ["dist/cli/main.js", "verify", this.name]));
  }
  apply(...options: string[]): Promise<Ended> {
    return this.terraform("apply", "-auto-approve", "-input=false", "-no-color", ...options);
  }
  destroy(): Promise<Ended> {
    return this.terraform("destroy", "-auto-approve", "-input=false", "-no-color");
  }

  /** What a plan finds to do: changes of texts, and any other change by its address. */
  async plan(): Promise<{ changes: PlannedChange[]; others: string[]; file: string }> {
    const file = join(this.stacks, "plan");
    must(await this.terraform("plan", "-input=false", "-no-color", "-out", file));
    const shown = must(await this.terraform("show", "-json", file));
    const { resource_changes = [] } = JSON.parse(shown.stdout) as { resource_changes?: ResourceChange[] };
    const changes: PlannedChange[] = [];
    const others: string[] = [];
    for (const { address, type, change } of resource_changes) {
      if (change.actions.join() === "no-op") continue;
      if (type !== "tunnelwright_router_config" || change.actions.join() !== "update") {
        others.push(`${change.actions.join("+")} ${address}`);
        continue;
      }
      for (const section of sections) {
        const lines = differingLines(String(change.before[section]), String(change.after[section]));
        if (lines.length > 0) changes.push({ node: String(change.after.node), section, lines });
      }
    }
    return { changes, others, file };
  }

  /** Restarts routers as an operator does, and waits for nothing: whoever asks next waits for their sshd. */
  async restart(...nodes: string[]): Promise<void> {
    await Promise.all(nodes.map((node) => askEngine("POST", `/containers/tw-${this.name}-${node}/restart?t=5`)));
  }

  async identity(node: string): Promise<Identity> {
    const said = await onNode(
      this.name,
      node,
      `cd /run/tunnelwright/daemons
       for daemon in charon zebra ospfd; do [ ! -e $daemon.pid ] || echo "$daemon $(cat $daemon.pid)"; done
       for i in $(seq 1 60); do [ -e charon.pid ] && ! swanctl --list-sas | grep -q ESTABLISHED || break; sleep 0.5; done
       [ ! -e charon.pid ] || swanctl --list-sas | sed -n 's/^\\(tunnel[0-9]*\\): #\\([0-9]*\\), ESTABLISHED.* \\([0-9a-f]*\\)_i.*/IKE_SA \\2-\\3/p'
       echo "guest $(cat /proc/sys/kernel/random/boot_id)"`,
    );
    const found: Record<string, string> = {};
    for (const [word = "", value = ""] of said
      .trim()
      .split("\n")
      .map((line) => line.split(" "))) {
      const key = word.replace("_", " ");
      // Both ends may have begun at once: then there are two IKE SAs.
      found[key] = found[key] === undefined ? value : `${found[key]} ${value}`;
    }
    return found as Identity;
  }
}

interface ResourceChange {
  readonly address: string;
  readonly type: string;
  readonly change: {
    readonly actions: readonly string[];
    readonly before: Readonly<Record<string, unknown>>;
    readonly after: Readonly<Record<string, unknown>>;
  };
}

/** The parts that do not run on as they were. */
export function restartedParts(before: Identity, after: Identity): string[] {
  const words = (identity: Identity, part: string): string[] =>
    (identity[part as Part] as string | undefined)?.split(" ") ?? [];
  // Of two IKE SAs that both ends began at once one goes by itself: what counts is that one of them went on.
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (part) => !words(before, part).some((word) => words(after, part).includes(word)),
  );
}

/** Rows that can be tried together: one of a node; what ends an IKE SA ends it for the other router, too. */
export function batches(rows: readonly Drift[]): Drift[][] {
  const left = [...rows];
  const made: Drift[][] = [];
  while (left.length > 0) {
    const batch: Drift[] = [];
    for (const row of [...left]) {
      const apart = (other: Drift): boolean =>
        other.node === row.node || [...other.restarted, ...row.restarted].includes("IKE SA");
      if (batch.some(apart)) continue;
      batch.push(row);
      left.splice(left.indexOf(row), 1);
    }
    made.push(batch);
  }
  return made;
}

/** `-` and `+` lines of a diff without context, by diff(1): the tests do not share the product's differ. */
function differingLines(before: string, after: string): string[] {
  if (before === after) return [];
  return execFileSync("bash", ["-c", 'diff <(printf %s "$1") <(printf %s "$2") || true', "diff", before, after])
    .toString()
    .split("\n")
    .flatMap((line) => (/^[<>]/.test(line) ? [`${line.startsWith("<") ? "-" : "+"}${line.slice(1).trim()}`] : []));
}

export function must(ended: Ended): Ended {
  if (ended.exitCode !== 0) throw new Error(ended.all);
  return ended;
}

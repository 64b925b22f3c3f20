/** The story of the seed against routers made of text: what is predicted is agreed to by routers that do it, and by no others. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { readAsked } from "../../../demos/ask-for-sa.ts";
import { demos } from "../../../demos/index.ts";
import type { DemoContext, LabContext } from "../../../demos/demo.ts";
import { reversed } from "../../../demos/seed-as-written.ts";
import { seedTranscript } from "../../../demos/seed-transcript.ts";
import { whileToldOtherwise } from "../../../demos/told-otherwise.ts";
import { fixIos } from "../../../dialects/ios/fix.ts";
import { importIos } from "../../../dialects/ios/import-ios.ts";
import { lintIos } from "../../../dialects/ios/lint.ts";
import { readDropCount } from "../../../dialects/iptables/read-drop-count.ts";
import { renderLabSource } from "../../../dialects/typescript/render-lab.ts";
import type { DemoStep } from "../../../model/demo-result.ts";
import type { LabPlan } from "../../../model/plan-document.ts";
import type { CommandResult, RunOptions, Session } from "../../../model/session.ts";
import { planLab } from "../../../plan/plan-lab.ts";
import { renderDemoStep } from "../../../reports/render-demo.ts";
import { ipv4, writePcap } from "../capture/support.ts";
import { VirtualClock } from "../checks/virtual-clock.ts";
import { fixture, source } from "../dialects/ios/fixtures.ts";

const mended = fixIos(source(fixture("seed"), "seed.md")).files[0]!.after;
const imported = importIos(source(mended, "seed.md"), "seed-as-written").lab!;

test("labs/seed-as-written.ts is what fix and import --typescript make of the transcript, under a head of its own", () => {
  const file = readFileSync(new URL("../../../labs/seed-as-written.ts", import.meta.url), "utf8");
  const made = renderLabSource(imported);
  expect(file.replace(/^(?:\/\/ .*\n){4}/, "")).toBe("source" in made ? made.source : made.reason);
});

test("the transcript is the seed's, on its lines", () => {
  const lines = fixture("seed").split("\n");
  expect(seedTranscript.split("\n").slice(40, 81)).toEqual(lines.slice(40, 81));
  const told = (text: string) =>
    lintIos(source(text, "seed.md")).findings.map(({ ruleId, where }) => `${where}: ${ruleId}`);
  expect(told(seedTranscript)).toEqual(told(fixture("seed")));
});

test.each([
  ["initiate completed successfully", 0, "made"],
  [
    "[IKE] received INVALID_ID_INFORMATION error notify\ninitiate failed: establishing CHILD_SA 'tunnel0' failed",
    1,
    "INVALID_ID_INFORMATION",
  ],
  ["[IKE] received NO_PROPOSAL_CHOSEN error notify", 1, "NO_PROPOSAL_CHOSEN"],
  ["[IKE] received TS_UNACCEPTABLE notify, no CHILD_SA built", 1, "TS_UNACCEPTABLE"],
  ["initiate failed: CHILD_SA config 'tunnel0' not found", 1, "nothing to ask for"],
  ["initiate failed: CHILD_SA 'tunnel0' not established after 15000ms", 62, "refused"],
])("what charon says of an SA that was asked for: %s", (said, exitCode, asked) => {
  expect(readAsked(said, exitCode)).toBe(asked);
});

test("a rule's packets are counted", () => {
  const save = "*filter\n[7:420] -A TW-OUTPUT -p gre -j DROP\n[0:0] -A TW-INPUT -p gre -j DROP\n";
  expect(readDropCount(save, "-A TW-OUTPUT -p gre -j DROP")).toBe(7);
  expect(readDropCount(save, "-A TW-INPUT -p gre -j DROP")).toBe(0);
  expect(readDropCount(save, "-A TW-FORWARD -j DROP")).toBeUndefined();
});

// ---- routers made of text

type Fault = "other-mode" | "not-applied" | "reversed" | null;

interface Habits {
  /** Whether charon refuses what the transcript says. @default true */
  readonly refuses?: boolean;
  /** @default true */
  readonly guards?: boolean;
  readonly keepalives?: "answered" | "lost";
}

const sas = (router: string) =>
  `list-sa event {tunnel0 {uniqueid=6 version=1 state=ESTABLISHED local-host=${router} remote-host=x child-sas {tunnel0-6 {name=tunnel0 state=INSTALLED mode=TRANSPORT protocol=ESP}}}}\nlist-sas reply {}\n`;

/** Both routers, in one: what r1 or r2 was told, and what comes of it. */
class Routers {
  readonly plan: LabPlan = planLab(imported).plan!;
  readonly asked: string[] = [];
  readonly kept: string[] = [];
  readonly #habits: Habits;
  #tee = "";
  #fault: Fault = null;
  #guarded = true;
  #dropped = 0;
  #capture: number[][] = [];

  constructor(habits: Habits = {}) {
    this.#habits = habits;
  }

  get isMended(): boolean {
    return this.#fault === null && this.#guarded;
  }

  readonly context = (signal = new AbortController().signal): DemoContext => {
    const lab: LabContext = {
      plan: this.plan,
      clock: new VirtualClock(),
      signal,
      on: (node, work) => work(this.#session(node)),
      setPower: () => Promise.resolve(),
    };
    return { ...lab, inLab: () => lab, keep: (name) => Promise.resolve(void this.kept.push(name)) };
  };

  #session(node: string): Session {
    return {
      node,
      run: (argv, options) => Promise.resolve(this.#run(node, argv, options)),
      start: (argv) => {
        this.asked.push(`${node}: ${argv.join(" ")}`);
        if (argv[0] === "tcpdump") this.#capture = [];
        return Promise.resolve({
          waitForStderr: () => Promise.resolve(),
          waitForStdout: () => Promise.resolve(true),
          stop: () => Promise.resolve({ stdout: this.#pcap(), stderr: "" }),
        });
      },
    };
  }

  #pcap(): Uint8Array {
    const packets = this.#capture.map((bytes) => ({ bytes, seconds: 1, fraction: 0 }));
    // 101: raw IP.
    return writePcap(packets, { little: true, nano: false, linkType: 101 });
  }

  get #isUp(): boolean {
    return this.#fault === null || this.#habits.refuses === false;
  }

  #run(node: string, argv: readonly string[], options: RunOptions = {}): CommandResult {
    const line = argv.join(" ");
    this.asked.push(`${node}: ${line}`);
    const ended = (stdout: string, exitCode = 0): CommandResult => ({
      argv,
      exitCode,
      stdout,
      stderr: "",
      durationMs: 1,
    });
    const input = typeof options.input === "string" ? options.input : "";
    if (argv[0] === "tee") this.#tee = input;
    else if (line.startsWith("swanctl --load-conns")) this.#fault = this.#faultOf(node, this.#tee);
    else if (line === "/usr/lib/tunnelwright/config revive") [this.#fault, this.#guarded] = [null, true];
    else if (line === "iptables -F TW-OUTPUT") this.#guarded = false;
    else if (line.startsWith("swanctl --initiate")) return this.#initiate(node, ended);
    else if (line.startsWith("swanctl --list-sas")) return ended(this.#isUp ? sas(node) : "list-sas reply {}\n");
    else if (line.startsWith("iptables-save"))
      return ended(
        `[${this.#dropped}:0] -A TW-OUTPUT -s 9.1.1.35/32 -d 9.1.1.146/32 -p gre -m policy --dir out --pol none -j DROP\n`,
      );
    else if (argv[0] === "ping") return ended(this.#ping(node, Number(argv[argv.indexOf("-c") + 1])));
    else if (line.startsWith("tw-keepalive status")) return ended(this.#keepalives());
    else if (!/^(?:swanctl --terminate|rm -f) /.test(line)) throw new Error(`${node} has no answer to ${line}`);
    return ended("");
  }

  #faultOf(node: string, told: string): Fault {
    if (told === "") return "not-applied";
    if (told.includes("mode = tunnel")) return node === "r1" ? "other-mode" : null;
    return /local_ts = 9\.1\.1\.146/.test(told) && node === "r2" ? "reversed" : null;
  }

  #initiate(node: string, ended: (stdout: string, exitCode?: number) => CommandResult): CommandResult {
    if (this.#isUp) return ended("initiate completed successfully\n");
    if (this.#fault === "not-applied")
      return node === "r1"
        ? ended("[IKE] received NO_PROPOSAL_CHOSEN error notify\n", 1)
        : ended("initiate failed: CHILD_SA config 'tunnel0' not found\n", 1);
    if (this.#fault === "reversed" && node === "r2") return ended("initiate failed\n", 1);
    return ended("[IKE] received INVALID_ID_INFORMATION error notify\n", 1);
  }

  #ping(node: string, count: number): string {
    const between = (protocol: number, body: number[]) =>
      ipv4({ source: "9.1.1.35", destination: "9.1.1.146", protocol, body });
    if (this.#isUp) this.#capture.push(between(50, [0, 0, 0, 1, 0, 0, 0, 1, ...Array<number>(32).fill(7)]));
    else if (node === "h2" && (this.#fault === "not-applied" || this.#fault === "reversed")) {
      if (this.#guarded && this.#habits.guards !== false) this.#dropped += count;
      else this.#capture.push(between(47, [0, 0, 8, 0, ...ipv4({ protocol: 1, body: Array<number>(64).fill(0) })]));
    }
    return `${count} packets transmitted, ${this.#isUp ? count : 0} received`;
  }

  #keepalives(): string {
    const isAnswered = this.#habits.keepalives !== "lost";
    if (isAnswered)
      this.#capture.push(
        ipv4({
          source: "9.1.1.35",
          destination: "9.1.1.146",
          protocol: 50,
          body: [0, 0, 0, 1, 0, 0, 0, 1, 9, 9, 9, 9],
        }),
      );
    return JSON.stringify({
      tunnels: [{ device: "tunnel0", lineProtocol: isAnswered ? "up" : "down", receivedCount: isAnswered ? 6 : 0 }],
    });
  }
}

async function story(routers: Routers): Promise<DemoStep[]> {
  const steps: DemoStep[] = [];
  for await (const step of demos["seed-as-written"]!.steps(routers.context())) steps.push(step);
  return steps;
}

const wrong = (steps: readonly DemoStep[]) =>
  steps.flatMap(({ rows }) => rows.filter(({ agrees }) => !agrees).map(({ quantity, seen }) => `${quantity}: ${seen}`));

describe("the story", () => {
  test("is told by routers that do what was predicted, and every fault is taken back", async () => {
    const routers = new Routers();
    const steps = await story(routers);
    expect(wrong(steps)).toEqual([]);
    expect(routers.isMended).toBe(true);
    const text = steps.map((step, at) => renderDemoStep(step, at + 1, { colour: false, width: 120 })).join("");
    await expect(text).toMatchFileSnapshot("golden/seed-as-written.steps.txt");
    expect(routers.asked.filter((line) => line.endsWith("config revive"))).toHaveLength(3);
    expect(routers.kept).toEqual([
      "other-mode.pcap",
      "not-applied.pcap",
      "not-applied-unguarded.pcap",
      "reversed.pcap",
      "keepalives.pcap",
      "mended.pcap",
    ]);
  });

  test("is not told by routers that take everything", async () => {
    const steps = await story(new Routers({ refuses: false }));
    expect(wrong(steps.slice(1, 4))).toEqual([
      "r1 asks r2 for a CHILD SA: made",
      "r2 asks r1 for a CHILD SA: made",
      "CHILD SA at r1: INSTALLED, transport",
      "CHILD SA at r2: INSTALLED, transport",
      "echoes answered: 10 of 10",
      "r1 asks r2 for a CHILD SA: made",
      "r2 asks r1 for a CHILD SA: made",
      "CHILD SA at r1: INSTALLED, transport",
      "CHILD SA at r2: INSTALLED, transport",
      "echoes answered: 10 of 10",
      "GRE that r2's firewall dropped: none",
      "without that firewall: GRE in clear at the provider: none",
      "without that firewall: echoes answered: 10 of 10",
      "r1 asks r2 for a CHILD SA: made",
      "r2 asks r1 for a CHILD SA: made",
      "CHILD SA at r1: INSTALLED, transport",
      "CHILD SA at r2: INSTALLED, transport",
      "echoes answered: 10 of 10",
      "GRE that r2's firewall dropped: none",
    ]);
  });

  test("nor by routers that let GRE out in clear, or whose keepalives are lost", async () => {
    const open = await story(new Routers({ guards: false }));
    expect(wrong(open)).toEqual([
      "GRE in clear at the provider: some",
      "GRE that r2's firewall dropped: none",
      "GRE in clear at the provider: some",
      "GRE that r2's firewall dropped: none",
    ]);
    const lost = await story(new Routers({ keepalives: "lost" }));
    expect(wrong(lost)).toEqual([
      "answers to r2's keepalives: 0",
      "line protocol of r2's tunnel: down",
      "ESP at the provider: none",
    ]);
  });
});

describe("a router told otherwise", () => {
  test("is told what it was told before, whatever happens meanwhile", async () => {
    const routers = new Routers();
    const context = routers.context();
    await expect(
      whileToldOtherwise(context, "r2", reversed, () => Promise.reject(new Error("interrupted"))),
    ).rejects.toThrow("interrupted");
    expect(routers.isMended).toBe(true);
    expect(routers.asked.at(-1)).toBe("r2: rm -f /run/told-otherwise.conf");
  });

  test("is told something else, or it is an error", async () => {
    const routers = new Routers();
    await expect(
      whileToldOtherwise(
        routers.context(),
        "r1",
        (told) => told,
        () => Promise.resolve(),
      ),
    ).rejects.toThrow("r1 would be told what it was told already");
    expect(routers.asked).toEqual([]);
    const { texts } = routers.plan.nodes.find(({ name }) => name === "r2")!;
    expect(reversed(texts.ipsec)).toContain("local_ts = 9.1.1.146[gre]\n");
    expect(reversed(texts.ipsec)).toContain("remote_ts = 9.1.1.35[gre]\n");
    expect(reversed("connections {\n}\n")).toBe("connections {\n}\n");
  });
});

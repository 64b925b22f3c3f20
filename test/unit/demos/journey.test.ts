/** A journey against routers that say nothing, or the wrong thing: no row may agree by accident. */
import { describe, expect, test } from "vitest";
import { demos } from "../../../demos/index.ts";
import type { DemoContext, LabContext } from "../../../demos/demo.ts";
import { journeyStep } from "../../../demos/journey.ts";
import type { CommandResult, Session } from "../../../model/session.ts";
import { renderDemoEnd, renderDemoStep } from "../../../reports/render-demo.ts";
import { plannedLab } from "../checks/samples.ts";
import { VirtualClock } from "../checks/virtual-clock.ts";

const emptyPcap = new Uint8Array([0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 1, 0, 0, 0]);

/** Nodes whose captures are empty and whose pings end as said. */
function silentNodes(ping: string): DemoContext {
  const ended = (argv: readonly string[], stdout: string): CommandResult => ({
    argv,
    exitCode: 0,
    stdout,
    stderr: "",
    durationMs: 1,
  });
  const session = (node: string): Session => ({
    node,
    run: (argv) => {
      if (argv[0] === "ping") return Promise.resolve(ended(argv, ping));
      return Promise.resolve(ended(argv, argv[0] === "cat" ? "Ip: ReasmOKs FragOKs\nIp: 7 9\n" : ""));
    },
    start: () =>
      Promise.resolve({
        waitForStderr: () => Promise.resolve(),
        waitForStdout: () => Promise.resolve(true),
        stop: () => Promise.resolve({ stdout: emptyPcap, stderr: "" }),
      }),
  });
  const lab: LabContext = {
    plan: plannedLab(),
    clock: new VirtualClock(),
    signal: new AbortController().signal,
    on: (node, work) => work(session(node)),
    setPower: () => Promise.resolve(),
  };
  return { ...lab, inLab: () => lab, keep: () => Promise.resolve() };
}

const journey = { tunnel: "tunnel0", title: "A title", explanation: "What is done.", bytes: 1400, df: false };

describe("a network that shows nothing", () => {
  test("every row that should have had a packet disagrees", async () => {
    const step = await journeyStep(silentNodes("1 packets transmitted, 0 received"), journey);
    expect(step.rows.filter(({ agrees }) => agrees).map(({ quantity }) => quantity)).toEqual([
      "packet 1, 1400 bytes, MTU told",
    ]);
    const end = {
      demo: "x",
      labs: ["x"] as const,
      title: "",
      startedAt: "",
      durationMs: 0,
      steps: [step],
      agrees: false,
    };
    const text = renderDemoStep(step, 1, { colour: false, width: 80 });
    expect(text).toContain("   ✖ packet 1, 1400 bytes, h1 → r1   1400       nothing");
    expect(text).toContain("as IOS is documented (not run on IOS)");
    expect(renderDemoEnd({ format: "tunnelwright-demo/1", ...end }, { colour: false, width: 80 })).toContain(
      "✖ 1. A title  1 of 6 as predicted",
    );
  });

  test("an answer that nobody predicted disagrees", async () => {
    const told = "From 192.168.10.1 icmp_seq=1 Frag needed and DF set (mtu = 1300)\n1 packets transmitted, 0 received";
    const { rows } = await journeyStep(silentNodes(told), { ...journey, df: true });
    expect(rows.find(({ quantity }) => quantity.endsWith("MTU told"))).toMatchObject({ seen: "1300", agrees: false });
  });
});

test("a demo and its lab have the same name, where it has one, and a tunnel that is not there is told", async () => {
  for (const [name, demo] of Object.entries(demos)) {
    if (demo.labs.length === 1) expect(demo.labs).toEqual([name]);
    expect(demo.labs.every((lab) => lab.startsWith(name))).toBe(true);
  }
  await expect(journeyStep(silentNodes(""), { ...journey, tunnel: "tunnel9" })).rejects.toThrow(
    "lab gre-over-ipsec has no tunnel tunnel9",
  );
});

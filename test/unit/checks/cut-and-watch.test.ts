/** A cut of the dual hub against routers that play it by a script: what is done to which node, and what is made of their words. */
import { expect, test } from "vitest";
import { cutAndWatch, type MeasuredCut } from "../../../checks/cut-and-watch.ts";
import { cutHub } from "../../../checks/cuts.ts";
import type { LiveContext } from "../../../checks/check-kind.ts";
import { planLab } from "../../../plan/plan-lab.ts";
import type { CommandResult, Session } from "../../../model/session.ts";
import { VirtualClock } from "./virtual-clock.ts";
import { dualHubDeclaration } from "../plan/dual-hub.ts";

const plan = planLab(dualHubDeclaration()).plan!;
const [primary, backup] = [plan.tunnels[0]!, plan.tunnels[1]!];
const iso = (atMs: number): string => new Date(atMs).toISOString().replace("Z", "000");
const told = (atMs: number): string => iso(atMs).replaceAll("-", "/").replace("T", " ");

/** Milliseconds after the cut; a router that does not notice says nothing. */
interface Script {
  readonly r1NoticesMs?: number;
  readonly coreNoticesMs?: number;
  readonly switchedMs: number;
}

/** The lab: hub1 is cut when `impair add` is run on it, and back when `impair remove` is. */
async function played(
  script: Script,
): Promise<{ readonly measured: MeasuredCut; readonly asked: readonly string[]; readonly tookMs: number }> {
  const clock = new VirtualClock();
  const asked: string[] = [];
  let cutAtMs = Infinity;
  let backAtMs = Infinity;
  const isDead = (afterMs: number): boolean => clock.nowMs() >= cutAtMs + afterMs && clock.nowMs() < backAtMs;
  const moment = (): string => {
    const seconds = (ms: number): string => (ms / 1000).toFixed(6);
    return `moment ${seconds(clock.nowMs())} ${seconds(clock.nowMs() + 4)}\n[rules]\n[queues]\n[routing]\n`;
  };
  const devices = { r1: ["tunnel0", "tunnel1"], core: ["eth1", "eth2"] } as const;
  const far = { r1: "192.168.20.0/24", core: "192.168.10.0/24" } as const;
  const noticed = { r1: script.r1NoticesMs, core: script.coreNoticesMs };
  const answer = (node: string, argv: readonly string[]): string => {
    const router = node === "core" ? "core" : "r1";
    if (argv[0] === "/usr/lib/tunnelwright/impair" && argv[1] === "add") {
      cutAtMs = clock.nowMs();
      return moment();
    }
    if (argv[0] === "/usr/lib/tunnelwright/impair") {
      backAtMs = Math.min(backAtMs, clock.nowMs());
      return moment();
    }
    const atMs = noticed[router];
    return argv[0] === "cat" && atMs !== undefined && isDead(atMs)
      ? `${told(cutAtMs + atMs)} OSPF: [M7Q4P-46WDR] AdjChg: Nbr 10.0.1.1, NbrIP 10.0.1.1 (default) on ${devices[router][0]}:10.0.1.2: Full -> Deleted (InactivityTimer)\n`
      : "";
  };
  const watched = (node: string): string => {
    if (node === "h1")
      return "[1.000000] 64 bytes from 192.168.20.10\n[2.500000] 64 bytes from 192.168.20.10\n20 packets transmitted, 8 received\n";
    const router = node === "core" ? "core" : "r1";
    const line = (atMs: number, device: string): string =>
      `[${iso(atMs)}] ${far[router]} nhid 33 via 10.0.0.1 dev ${device} proto ospf metric 20 \n`;
    const told = [
      [cutAtMs + script.switchedMs, devices[router][1]],
      [backAtMs + 500, devices[router][0]],
    ] as const;
    return told.flatMap(([atMs, device]) => (atMs <= clock.nowMs() ? [line(atMs, device)] : [])).join("");
  };
  const session = (node: string): Session => ({
    node,
    run: (argv): Promise<CommandResult> => {
      asked.push(`${node}: ${argv.join(" ")}`);
      return Promise.resolve({ argv, exitCode: 0, stdout: answer(node, argv), stderr: "", durationMs: 1 });
    },
    start: () =>
      Promise.resolve({
        waitForStderr: () => Promise.resolve(),
        waitForStdout: async (isSeen, timeoutMs) => {
          const deadlineMs = clock.nowMs() + timeoutMs;
          while (!isSeen(watched(node))) {
            if (clock.nowMs() >= deadlineMs) return false;
            await clock.wait(50);
          }
          return true;
        },
        stop: () => Promise.resolve({ stdout: new TextEncoder().encode(watched(node)), stderr: "" }),
      }),
  });
  const context: LiveContext = {
    clock,
    signal: new AbortController().signal,
    on: (node, work) => work(session(node)),
  };
  const measured = await cutAndWatch(context, {
    ...cutHub(plan, { primary, backup }),
    phaseMs: 100,
    patienceMs: 6000,
  });
  return { measured, asked, tookMs: clock.nowMs() };
}

test("the hub's own interfaces are cut and given back; each end in its own words, and the route of both", async () => {
  const { measured, asked } = await played({ r1NoticesMs: 700, coreNoticesMs: 800, switchedMs: 850 });
  expect(measured).toEqual({
    left: { router: "r1", noticer: "r1", noticedAfterMs: [696, 700], switchedAfterMs: 850, returnedAfterMs: 500 },
    right: { router: "core", noticer: "core", noticedAfterMs: [796, 800], switchedAfterMs: 850, returnedAfterMs: 500 },
    cutWidthMs: 4,
    sentCount: 20,
    lostCount: 12,
    silenceMs: 1500,
  });
  const program = "/usr/lib/tunnelwright/impair";
  expect(asked.filter((line) => line.includes(program))).toEqual([
    `hub1: ${program} add eth0/in/cut eth0/out/cut eth1/in/cut eth1/out/cut`,
    `hub1: ${program} remove eth0 eth1`,
    `hub1: ${program} remove eth0 eth1`,
  ]);
});

test("a route that the other's news moved is not the end: who notices later is waited for", async () => {
  const { measured } = await played({ r1NoticesMs: 610, coreNoticesMs: 2400, switchedMs: 650 });
  expect(measured.right).toMatchObject({ noticedAfterMs: [2396, 2400], switchedAfterMs: 650 });
});

test("who does not notice is told, after the patience and no longer", async () => {
  const { measured, tookMs } = await played({ r1NoticesMs: 610, switchedMs: 650 });
  expect(measured.right.noticedAfterMs).toBeNull();
  expect(tookMs).toBeGreaterThan(7000);
  expect(tookMs).toBeLessThan(8000);
});

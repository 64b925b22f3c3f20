/**
 * Routers that answer, by the real SSH to a server in this process, and whose tools say garbage, never stop, say nothing or never end.
 * Of each check nothing is known then: not a pass, not a fail, within its deadlines and a bounded memory, with the reason in words.
 */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { runChecks } from "../../../checks/run-checks.ts";
import { SessionPool } from "../../../devices/session-pool.ts";
import { systemClock } from "../../../devices/system-clock.ts";
import { runResultSchema, type RunResult } from "../../../model/run-result.ts";
import type { Session } from "../../../model/session.ts";
import { RouterServer } from "../devices/router-server.ts";
import { plannedLab } from "./samples.ts";

/** Whatever a check runs on a node. */
const tools = ["date", "ping", "ip", "iptables-save", "swanctl", "vtysh", "tcpdump", "timeout", "iperf3", "cat"];
const folder = mkdtempSync(join(tmpdir(), "tunnelwright-untrusted-"));
let router: RouterServer | undefined;

afterEach(async () => {
  await router?.close();
  router = undefined;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeAll(() => {
  const scripts = {
    garbage: String.raw`printf '\033[2J\377\001<html>$(id) {"neighbors": \n* not * a * table\nPING\n'`,
    endless: "exec yes 'and so on for ever and ever'",
    silent: ":",
    hanging: "exec sleep 600",
  };
  for (const [name, script] of Object.entries(scripts)) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, name), 0o755);
  }
});

const deadlineMs = 1_500;

/** The same session, less patient: nobody waits ten seconds for a test. */
function impatient(session: Session): Session {
  return {
    node: session.node,
    run: (argv, options) => session.run(argv, { ...options, timeoutMs: deadlineMs }),
    start: async (argv, options) => {
      const running = await session.start(argv, options);
      return {
        waitForStderr: (text) => running.waitForStderr(text, deadlineMs),
        waitForStdout: (isSeen, _, signal) => running.waitForStdout(isSeen, deadlineMs, signal),
        stop: () => running.stop(deadlineMs),
      };
    },
  };
}

async function verify(way: string): Promise<RunResult> {
  router = await RouterServer.open({ programs: Object.fromEntries(tools.map((tool) => [tool, join(folder, way)])) });
  const target = router.target();
  const plan = plannedLab();
  const pool = new SessionPool({ connectTimeoutMs: 5_000 });
  try {
    return await runChecks({
      // Each by itself: none is spared because another one failed.
      plan: { ...plan, checks: plan.checks.map((check) => ({ ...check, needs: [], after: [] })) },
      planSha256: "0".repeat(64),
      clock: systemClock,
      patienceMs: 0,
      withSession: (node, work) => pool.withSession({ ...target, node }, (session) => work(impatient(session))),
    });
  } finally {
    await pool.close();
  }
}

test.each(["garbage", "endless", "silent", "hanging"])("%s: every check is unknown, and says why", async (way) => {
  const before = process.memoryUsage().rss;
  let most = before;
  const watch = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 20);
  const began = performance.now();
  const result = await verify(way);
  clearInterval(watch);
  const seconds = (performance.now() - began) / 1000;
  const grownMib = (most - before) / 2 ** 20;
  console.log(
    `${way.padEnd(8)} ${result.checks.length} checks unknown in ${seconds.toFixed(1)} s; memory grew by ${grownMib.toFixed(0)} MiB`,
  );
  expect(runResultSchema.parse(result).verdict).toBe("unknown");
  expect(result.checks.map(({ id, verdict }) => [id, verdict])).toEqual(result.checks.map(({ id }) => [id, "unknown"]));
  for (const { id, summary, evidence, facts } of result.checks) {
    expect(summary, id).toMatch(/said|ended|endless|did not|not start|SSH|JSON/);
    expect(summary, id).not.toMatch(/[\p{Cc}\p{Cs}]/u);
    expect(summary.length, id).toBeLessThan(400);
    expect(evidence.length, id).toBeGreaterThan(0);
    expect(facts, id).toEqual([]);
  }
  expect(seconds).toBeLessThan(15);
  // Eight channels of eight MiB at each of two routers and two hosts would be 256; what V8 has not yet collected comes on top.
  expect(grownMib).toBeLessThan(400);
  await expect.poll(() => router?.runningChildren, { timeout: 5_000 }).toBe(0);
});

/** Every fault of the table planted in a real lab: each check must say what the table says, and all must pass again when it is undone. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openLinuxSession } from "../../devices/connect-linux.ts";
import { inventoryTargets, readInventory } from "../../devices/inventory.ts";
import { classifyBetween } from "../../capture/classify.ts";
import { readCapture } from "../../capture/read-capture.ts";
import type { RunResult } from "../../model/run-result.ts";
import {
  deployFaultLabs,
  destroyFaultLabs,
  faultLabs,
  placesOf,
  terraformIn,
  verdictsOf,
  verify,
  type FaultLab,
} from "./faults/fault-labs.ts";
import { checkedKinds, faultNames, faults, type FaultName } from "./faults/fault-table.ts";
import { plants } from "./faults/plant-faults.ts";
import { claimLab, releaseLab } from "./claim-lab.ts";
import { askEngine, onNode, root } from "./lab-commands.ts";

/** What is seen of a fault is seen at once; only a state that does not come is waited for. */
const patienceSeconds = "5";
const allPass = Object.fromEntries(checkedKinds.map((kind) => [kind, "pass"]));

interface Outcome {
  readonly planted: RunResult;
  readonly undone: RunResult;
}
const outcomes = new Map<FaultName, Promise<Outcome>>();

beforeAll(async () => {
  for (const lab of faultLabs) await claimLab(lab);
  for (const ended of await deployFaultLabs()) expect(ended.exitCode, ended.all).toBe(0);
  // Each lab takes the next fault as soon as it has undone the last one.
  const waiting = [...faultNames];
  const starts = new Map<FaultName, (outcome: Promise<Outcome>) => void>();
  for (const name of faultNames) outcomes.set(name, new Promise((resolve) => starts.set(name, resolve)));
  for (const lab of faultLabs)
    void (async () => {
      for (let name = waiting.shift(); name; name = waiting.shift()) {
        const outcome = tryFault(lab, name);
        starts.get(name)?.(outcome);
        await outcome.catch(() => undefined);
      }
    })();
});

afterAll(async () => {
  for (const ended of await destroyFaultLabs()) expect(ended.exitCode, ended.all).toBe(0);
  expect((await Promise.all(faultLabs.map((lab) => releaseLab(lab)))).flat()).toEqual([]);
});

async function tryFault(lab: FaultLab, name: FaultName): Promise<Outcome> {
  const undo = await plants[name](lab);
  let planted: RunResult;
  try {
    planted = (await verify(lab, "--patience", patienceSeconds)).result;
  } finally {
    await undo();
  }
  return { planted, undone: (await verify(lab)).result };
}

test("two labs with the same addresses inside and outside run side by side", async () => {
  const plans = await Promise.all(
    faultLabs.map((lab) => onNode(lab, "r1", "ip -4 -o address show dev eth0; hostname")),
  );
  expect(plans[0]).toContain("198.51.100.2/30");
  expect(plans[0]).toEqual(plans[1]);
});

describe("the table of faults", () => {
  test.each(faultNames)("%s", { timeout: 600_000 }, async (name) => {
    const { planted, undone } = await outcomes.get(name)!;
    expect(verdictsOf(planted), summaries(planted)).toEqual(faults[name].expected);
    for (const [kind, words] of Object.entries(faults[name].said))
      expect(planted.checks.find((check) => check.kind === kind)?.summary).toMatch(words);
    for (const check of planted.checks.filter((each) => each.blockedBy.length > 0))
      expect(check.summary).toContain(check.blockedBy[0]);
    expect(verdictsOf(undone), summaries(undone)).toEqual(allPass);
  });
});

describe("fail closed", () => {
  test.concurrent("with SA, charon and key taken away in turn: nothing in clear, and it comes back", async () => {
    const { result, exitCode } = await verify(faultLabs[0], "--disruptive");
    expect(exitCode, summaries(result)).toBe(0);
    expect(verdictsOf(result)).toMatchObject({ "drill-sa": "pass", "drill-charon": "pass", "drill-psk": "pass" });
  });

  test.concurrent("the drill sees GRE in clear where the guard is gone", async () => {
    const lab = faultLabs[1];
    const undo = await plants["guard-removed"](lab);
    try {
      const { result, exitCode } = await verify(lab, "--disruptive", "--patience", patienceSeconds);
      expect(exitCode).toBe(1);
      expect(verdictsOf(result)).toMatchObject({ "fail-closed": "fail", "drill-charon": "fail" });
      const drill = result.checks.find(({ kind }) => kind === "drill-charon");
      expect(drill?.summary).toMatch(/GRE in clear on the transit: [1-9]\d* instead of 0/);
    } finally {
      await undo();
    }
  });

  test("at boot: both routers restart while the hosts send, and nothing is in clear on the transit", async () => {
    const lab = faultLabs[0];
    const { directory } = placesOf(lab);
    const targets = await inventoryTargets(directory, await readInventory(directory));
    const isp = await openLinuxSession({ ...targets.get("isp")!, connectTimeoutMs: 10_000 });
    const h1 = await openLinuxSession({ ...targets.get("h1")!, connectTimeoutMs: 10_000 });
    try {
      const capture = await isp.start(["tcpdump", "-i", "eth0", "-n", "-U", "--immediate-mode", "-w", "-"]);
      await capture.waitForStderr("listening on", 10_000);
      const stream = await h1.start(["ping", "-n", "-i", "0.2", "192.168.20.10"]);
      await Promise.all(["r1", "r2"].map((node) => askEngine("POST", `/containers/tw-${lab}-${node}/restart?t=5`)));
      const { result } = await verify(lab);
      expect(verdictsOf(result), summaries(result)).toEqual(allPass);
      await stream.stop(10_000);
      const { stdout } = await capture.stop(10_000);
      const traffic = classifyBetween(readCapture(stdout), "198.51.100.2", "203.0.113.2");
      expect(traffic.counts.esp).toBeGreaterThan(0);
      expect(traffic.counts.ike).toBeGreaterThan(0);
      expect(traffic.counts["gre-in-clear"]).toBe(0);
      expect(traffic.unreadable).toEqual([]);
    } finally {
      await Promise.all([isp.close(), h1.close()]);
    }
  });
});

test("every fault undone: a plan of both labs finds nothing to do", async () => {
  for (const lab of faultLabs) {
    const plan = await terraformIn(lab, "plan", "-detailed-exitcode", "-no-color", "-input=false");
    expect(plan.exitCode, plan.all).toBe(0);
  }
});

test("the table as it was measured", async () => {
  const measured = await Promise.all(
    faultNames.map(async (name) => [name, verdictsOf((await outcomes.get(name)!).planted)] as const),
  );
  const short = { pass: "pass", fail: "FAIL", unknown: "?" } as const;
  const width = Math.max(...faultNames.map((name) => name.length));
  const rows = measured.map(([name, verdicts]) =>
    [name.padEnd(width), ...checkedKinds.map((kind) => short[verdicts[kind] as "pass"].padEnd(kind.length))].join("  "),
  );
  console.log([["".padEnd(width), ...checkedKinds].join("  "), ...rows].join("\n"));
  writeFileSync(
    join(root, ".tunnelwright/faults-measured.json"),
    `${JSON.stringify(Object.fromEntries(measured), null, 2)}\n`,
  );
});

function summaries({ checks }: RunResult): string {
  return checks.map(({ kind, verdict, summary }) => `${kind}: ${verdict}: ${summary}`).join("\n");
}

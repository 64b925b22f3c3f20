/** What was changed by hand on a running lab: the plan shows exactly that, a deploy heals exactly that. */
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openLinuxSession } from "../../devices/connect-linux.ts";
import { inventoryTargets, readInventory } from "../../devices/inventory.ts";
import { claimLab, releaseLab } from "../live/claim-lab.ts";
import { onNode } from "../live/lab-commands.ts";
import { drifts, notOurs, type Drift } from "./drift-table.ts";
import { batches, must, restartedParts, SurvivalLab, type PlannedChange } from "./survival-lab.ts";

const lab = new SurvivalLab("drifts");

interface Outcome {
  readonly changes: readonly PlannedChange[];
  readonly others: readonly string[];
  readonly restarted: readonly string[];
}
const outcomes = new Map<string, Outcome>();

/** What a configuration touches, as the tools print it, without what changes by itself. */
const surface = `ip -o link show | sed 's/^[0-9]*: //; s/@.*: / /; s/ qdisc [a-z_]* / /' | sort
  ip -o -4 address show | sed 's/^[0-9]*: //' | sort; ip route show table all | sort; ip xfrm policy; ip xfrm state
  iptables-save | grep -v '^#' | sed 's/\\[.*\\]//'
  sysctl -a 2>/dev/null | grep -E '^net.ipv4.(ip_forward|conf)' | grep -v tunnel0
  ls -A /etc/swanctl/conf.d /etc/tunnelwright /run/tunnelwright/daemons /run/tunnelwright/failed; cat /etc/frr/frr.conf 2>/dev/null`;
let asFound = "";

beforeAll(async () => {
  await claimLab(lab.name);
  must(await lab.synth());
  must(await lab.terraform("init", "-input=false", "-no-color"));
  must(await lab.apply("-target=docker_container.r2"));
  asFound = await onNode(lab.name, "r2", surface);
  must(await lab.apply());
  await lab.settle();
  await onNode(lab.name, "r1", notOurs.map(({ command }) => command).join(" && "));
  for (const batch of batches(drifts)) await tryBatch(batch);
}, 900_000);

afterAll(async () => {
  await lab.destroy();
  expect(await releaseLab(lab.name)).toEqual([]);
});

/** Drifts of different nodes at once; each sees only its own node's changes. */
async function tryBatch(batch: readonly Drift[]): Promise<void> {
  const routers = ["r1", "r2"];
  const before = await Promise.all(routers.map((node) => lab.identity(node)));
  await Promise.all(batch.map(({ node, command }) => onNode(lab.name, node, command)));
  const { changes, others, file } = await lab.plan();
  must(await lab.terraform("apply", "-input=false", "-no-color", file));
  const after = await Promise.all(routers.map((node) => lab.identity(node)));
  for (const { title, node } of batch) {
    const at = routers.indexOf(node);
    const restarted = at < 0 ? [] : restartedParts(before[at]!, after[at]!);
    outcomes.set(title, { changes: changes.filter((change) => change.node === node), others, restarted });
  }
}

describe("changed by hand", () => {
  test.each(drifts)("$title", ({ title, node, shows, restarted }) => {
    const outcome = outcomes.get(title)!;
    expect(outcome.others).toEqual([]);
    expect(outcome.changes).toEqual(shows === null ? [] : [{ node, ...shows }]);
    expect(outcome.restarted).toEqual(restarted);
  });
});

test.each(notOurs)("not ours, left alone: $title", async ({ seen }) => {
  expect((await onNode(lab.name, "r1", seen)).trim()).not.toBe("");
});

describe("taken over and given back", () => {
  const address = "tunnelwright_router_config.r2";

  test("an import finds what the router keeps: the next plan has nothing to do", async () => {
    must(await lab.terraform("state", "rm", address));
    must(await lab.terraform("import", "-input=false", "-no-color", address, join(lab.places.directory, "r2")));
    const { changes, others } = await lab.plan();
    expect({ changes, others }).toEqual({ changes: [], others: [] });
  });

  test("an import of a node that is not there says which are", async () => {
    must(await lab.terraform("state", "rm", address));
    const refused = await lab.terraform("import", "-no-color", address, join(lab.places.directory, "r9"));
    expect(refused.exitCode).toBe(1);
    expect(refused.all).toContain("the lab drifts has no node r9");
    expect(refused.all).toMatch(/It has [^.]*r1, r2/);
  });

  test("a removed configuration leaves the router as it was found", async () => {
    must(await lab.terraform("import", "-input=false", "-no-color", address, join(lab.places.directory, "r2")));
    must(await lab.terraform("destroy", "-target", address, "-auto-approve", "-input=false", "-no-color"));
    expect(await onNode(lab.name, "r2", surface)).toBe(asFound);
  });

  test("what was set up by hand is imported, shown line by line, and led to what is declared", async () => {
    await onNode(
      lab.name,
      "r2",
      `ip address add 203.0.113.2/30 dev eth0 && ip link set eth0 up
       ip link add tunnel0 type gre local 203.0.113.2 remote 198.51.100.2 ttl 64 && ip link set tunnel0 mtu 1400 up
       ip address add 172.16.0.2/30 dev tunnel0`,
    );
    must(await lab.terraform("import", "-input=false", "-no-color", address, join(lab.places.directory, "r2")));
    const { changes, file } = await lab.plan();
    const interfaces = changes.find(({ node, section }) => node === "r2" && section === "interfaces")?.lines ?? [];
    expect(interfaces).toContain("-link set dev tunnel0 mtu 1400 up");
    expect(interfaces).toContain("+link set dev tunnel0 mtu 1442 up");
    expect(interfaces).not.toContain("+address add 172.16.0.2/30 dev tunnel0");
    must(await lab.terraform("apply", "-input=false", "-no-color", file));
    expect(await lab.plan()).toMatchObject({ changes: [], others: [] });
  });
});

test("all healed: ten plans in a row find nothing to do, also after both routers restarted", async () => {
  for (let time = 0; time < 10; time++) {
    if (time === 5) await lab.restart("r1", "r2");
    expect(await lab.plan(), `plan ${time + 1}`).toMatchObject({ changes: [], others: [] });
  }
  must(await lab.synth({ verify: true }));
  must(await lab.apply());
});

test("a router that loses its power in the middle of a push: the next deploy converges", async () => {
  const { directory } = lab.places;
  const target = (await inventoryTargets(directory, await readInventory(directory))).get("r1")!;
  const session = await openLinuxSession({ ...target, connectTimeoutMs: 10_000 });
  try {
    // At the very moment the first section is applied.
    const cut = session.run(
      ["sh", "-c", "until [ -e /run/tunnelwright/applying ]; do :; done; echo o >/proc/sysrq-trigger"],
      { timeoutMs: 120_000 },
    );
    expect((await lab.synth({ ipMtuBytes: 1400 })).exitCode).toBe(0);
    const [applied] = await Promise.all([lab.apply(), cut.catch(() => undefined)]);
    expect(applied.exitCode).toBe(1);
    expect(applied.all).toContain("r1");
  } finally {
    await session.close();
  }
  const again = await lab.apply();
  expect(again.exitCode, again.all).toBe(0);
  expect(await lab.plan()).toMatchObject({ changes: [], others: [] });
  expect(await onNode(lab.name, "r1", "ip link show dev tunnel0")).toContain("mtu 1400");
});

/** What a lab survives: a short form of `--lane survival`, and pushes that cut their own way, meet one another, or lose the router. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openLinuxSession } from "../../devices/connect-linux.ts";
import { PushError } from "../../devices/errors.ts";
import { inventoryTargets, readInventory } from "../../devices/inventory.ts";
import type { LinuxSession } from "../../devices/linux-session.ts";
import {
  pushConfig,
  pushConfirmed,
  readConfig,
  type RouterPush,
  type RouterReading,
} from "../../devices/router-config.ts";
import { renderSecrets } from "../../dialects/strongswan/render-secrets.ts";
import type { LabPlan } from "../../model/plan-document.ts";
import { drifts } from "../survival/drift-table.ts";
import { restartedParts, SurvivalLab } from "../survival/survival-lab.ts";
import { claimLab, releaseLab } from "./claim-lab.ts";
import { onNode } from "./lab-commands.ts";

const lab = new SurvivalLab("survival-short");
const routers = ["r1", "r2"] as const;

beforeAll(async () => {
  await claimLab(lab.name);
  await lab.deploy();
});

afterAll(async () => {
  await lab.destroy();
  expect(await releaseLab(lab.name)).toEqual([]);
});

const identities = () => Promise.all(routers.map((node) => lab.identity(node)));

/** A connection to a router, closed when the work is done. */
async function withRouter<T>(node: string, work: (session: LinuxSession) => Promise<T>): Promise<T> {
  const { directory } = lab.places;
  const target = (await inventoryTargets(directory, await readInventory(directory))).get(node)!;
  const session = await openLinuxSession({ ...target, connectTimeoutMs: 45_000 });
  try {
    return await work(session);
  } finally {
    await session.close();
  }
}

/** What a router keeps, as a push that changes some of it. */
function pushOf({ kept, set }: RouterReading, changes: Partial<RouterPush["sections"]>): RouterPush {
  const plan = JSON.parse(readFileSync(join(lab.places.directory, "plan.json"), "utf8")) as LabPlan;
  const node = plan.nodes.find(({ name }) => name === "r1")!;
  const key = readFileSync(join(lab.places.directory, "psk/tunnel0"), "utf8").trim();
  const nothing = { interfaces: "", routing: "" };
  return {
    base: set,
    sections: { ...kept!, ...changes },
    secrets: renderSecrets(node.texts.ipsecSecrets, new Map([["tunnel0", key]])),
    change: nothing,
    undo: nothing,
  };
}

describe("drift", () => {
  const titles = ["another ip mtu on the tunnel", "a timer of OSPF", "a value of sysctl"];
  const rows = drifts.filter(({ title }) => titles.includes(title));

  test("is shown line by line, one deploy heals all of it, and nothing is restarted", async () => {
    const before = await identities();
    await Promise.all(rows.map(({ node, command }) => onNode(lab.name, node, command)));
    const { changes, others, file } = await lab.plan();
    const byNode = (a: { node: string }, b: { node: string }): number => a.node.localeCompare(b.node);
    expect(changes.toSorted(byNode)).toEqual(rows.map(({ node, shows }) => ({ node, ...shows })).sort(byNode));
    expect(changes).toHaveLength(3);
    expect(others).toEqual([]);
    expect((await lab.terraform("apply", "-input=false", "-no-color", file)).exitCode).toBe(0);
    const after = await identities();
    expect(routers.flatMap((_, index) => restartedParts(before[index]!, after[index]!))).toEqual([]);
    expect(await lab.plan()).toMatchObject({ changes: [], others: [] });
  });
});

describe("a push", () => {
  test("that cuts the way to its router comes back by itself, and says so", async () => {
    const before = await identities();
    const error = await withRouter("r1", async (session) => {
      const reading = await readConfig(session);
      const firewall = reading.kept!.firewall.replace(
        "-A TW-INPUT",
        "-A TW-INPUT -i mgmt0 -p tcp -m tcp --dport 22 -j DROP\n-A TW-INPUT",
      );
      expect(firewall).not.toBe(reading.kept!.firewall);
      return pushConfirmed(session, pushOf(reading, { firewall }), (work) => withRouter("r1", work)).then(
        () => undefined,
        (reason: unknown) => reason,
      );
    });
    expect(error).toBeInstanceOf(PushError);
    expect(error).toMatchObject({ outcome: "unconfirmed" });
    expect((error as Error).message).toContain("the router took it back by itself");
    const after = await identities();
    expect(restartedParts(before[0]!, after[0]!)).toEqual([]);
    expect(await lab.plan()).toMatchObject({ changes: [], others: [] });
  });

  test("that nobody confirmed, because its deploy was interrupted, is waited for by the next one", async () => {
    await withRouter("r1", async (session) => {
      const reading = await readConfig(session);
      const interfaces = reading.kept!.interfaces.replace("mtu 1442", "mtu 1400");
      const set = (mtuBytes: number) => ({ interfaces: `link set dev tunnel0 mtu ${mtuBytes} up\n`, routing: "" });
      const push = pushOf(reading, { interfaces });
      await pushConfig(session, { ...push, change: set(1400), undo: set(1442), id: "0123456789abcdef" });
      // Meanwhile it runs, and what is read of it would be wrong in 20 s.
      expect((await session.run(["ip", "link", "show", "dev", "tunnel0"])).stdout).toContain("mtu 1400 ");
    });
    expect((await lab.apply()).exitCode).toBe(0);
    expect(await onNode(lab.name, "r1", "ip link show dev tunnel0")).toContain("mtu 1442 ");
    expect(await lab.plan()).toMatchObject({ changes: [], others: [] });
  });

  test("beside another one waits or is refused, and is never mixed with it", async () => {
    const dead = (seconds: number) => `ip ospf dead-interval ${seconds}`;
    await withRouter("r1", (one) =>
      withRouter("r1", async (other) => {
        const reading = await readConfig(one);
        const push = (session: LinuxSession, seconds: number, ipMtuBytes: number) => {
          const to = (deadSeconds: number, mtuBytes: number) => ({
            interfaces: `link set dev tunnel0 mtu ${mtuBytes} up\n`,
            routing: `interface tunnel0\n ${dead(deadSeconds)}\nexit\n`,
          });
          const { interfaces, routing } = reading.kept!;
          const pushed = pushOf(reading, {
            interfaces: interfaces.replace("mtu 1442", `mtu ${ipMtuBytes}`),
            routing: routing.replace(dead(4), dead(seconds)),
          });
          return pushConfig(session, { ...pushed, change: to(seconds, ipMtuBytes), undo: to(4, 1442) });
        };
        const ended = await Promise.allSettled([push(one, 8, 1400), push(other, 12, 1300)]);
        expect(ended.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
        const refused = ended.find((each) => each.status === "rejected")!;
        expect(refused.reason).toMatchObject({ name: "PushError", outcome: "refused" });
        expect(String(refused.reason)).toContain("another push came in between");
        const [seconds, ipMtuBytes] = ended[0].status === "fulfilled" ? [8, 1400] : [12, 1300];
        const { kept } = await readConfig(one);
        expect(kept!.interfaces).toContain(`tunnel0 mtu ${ipMtuBytes} up`);
        expect(kept!.routing).toContain(dead(seconds));
        expect((await one.run(["ip", "link", "show", "dev", "tunnel0"])).stdout).toContain(`mtu ${ipMtuBytes} `);
        expect((await one.run(["vtysh", "-c", "show running-config"])).stdout).toContain(dead(seconds));
      }),
    );
    expect((await lab.apply()).exitCode).toBe(0);
    expect(await lab.plan()).toMatchObject({ changes: [], others: [] });
  });
});

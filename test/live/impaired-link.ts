/** Steps on a lab of two routers and a transit that is up already: its links are cut and impaired, and packets tell. */
import { describe, expect, test } from "vitest";
import { parsePing, type PingResult } from "../../dialects/iproute2/read-ping.ts";
import { labStatusSchema, type LabStatus } from "../../model/lab-status.ts";
import { labPlaces, onNode, run } from "./lab-commands.ts";

const outer = { r1: "198.51.100.2", r2: "203.0.113.2" } as const;
const transit = { r1: "198.51.100.1", r2: "203.0.113.1" } as const;
type End = keyof typeof outer;

/** Registers the tests; afterwards nothing is impaired. */
export function describeImpairedLink(lab: string): void {
  /** Each call is a process of its own, as from another terminal. */
  const tunnelwright = async (...args: string[]): Promise<string> => {
    const ended = await run("node", ["dist/cli/main.js", ...args]);
    expect(ended.exitCode, ended.all).toBe(0);
    return ended.stdout;
  };
  const status = async (): Promise<LabStatus> =>
    labStatusSchema.parse(JSON.parse(await tunnelwright("status", lab, "--json")));
  const impairments = async () =>
    (await status()).links.flatMap(({ name, impairments: told }) =>
      (told ?? []).map(({ toward, effect }) => [name, ...toward, effect] as const),
    );
  const ping = async (from: End, words: string): Promise<PingResult> => {
    const to = outer[from === "r1" ? "r2" : "r1"];
    return parsePing(await onNode(lab, from, `ip route flush cache; ping -n -W 1 ${words} ${to} 2>&1; true`));
  };
  const few = "-c 4 -i 0.1";
  const tooLarge = "-c 2 -i 0.3 -M do -s 1372";
  const told = ({ answers, receivedCount }: PingResult) => ({
    receivedCount,
    from: answers.flatMap((each) => (each.kind === "fragmentation-needed" ? [each.from, each.mtuBytes] : [])),
  });
  /** How many echo requests came to r2, whether their answers found the way back or not. */
  const cameToR2 = async (): Promise<number> => {
    const counters = await onNode(lab, "r2", "grep '^Icmp:' /proc/net/snmp");
    const [names = [], values = []] = counters.split("\n").map((line) => line.split(" "));
    return Number(values[names.indexOf("InEchos")]);
  };

  describe("a link that is impaired", () => {
    test("is cut one way, then both, then restored", async () => {
      expect((await ping("r1", few)).receivedCount).toBe(4);
      const before = Number(await onNode(lab, "isp", "date +%s%3N"));
      const said = await tunnelwright("cut", lab, "isp-left", "--one-way", "r1");
      const after = Number(await onNode(lab, "isp", "date +%s%3N"));
      const [, from, to] = /^cut at (\d+) ms, at the latest (\d+) ms/m.exec(said) ?? [];
      expect([before, Number(from), Number(to), after]).toEqual(
        [before, Number(from), Number(to), after].sort((a, b) => a - b),
      );
      const seen = await cameToR2();
      expect((await ping("r1", few)).receivedCount).toBe(0);
      expect((await cameToR2()) - seen).toBe(4);
      expect(await impairments()).toEqual([["isp-left", "r1", { kind: "cut" }]]);

      await tunnelwright("cut", lab, "isp-left");
      await tunnelwright("cut", lab, "isp-left");
      const still = await cameToR2();
      expect((await ping("r1", few)).receivedCount).toBe(0);
      expect((await cameToR2()) - still).toBe(0);
      expect(await impairments()).toEqual([
        ["isp-left", "isp", { kind: "cut" }],
        ["isp-left", "r1", { kind: "cut" }],
      ]);

      await tunnelwright("restore", lab, "isp-left");
      expect((await ping("r1", few)).receivedCount).toBe(4);
    });

    test("is late, narrow, mute and lossy, all at once, and the plan finds nothing to do", async () => {
      await tunnelwright("impair", lab, "isp", "--delay", "40");
      const late = await ping("r1", few);
      // Once each way, not twice; a guest's timer is 10 ms coarse.
      expect(late.rttMs?.min).toBeGreaterThanOrEqual(80);
      expect(late.rttMs?.min).toBeLessThan(155);

      await tunnelwright("impair", lab, "isp-left", "--mtu", "1300");
      expect(told(await ping("r1", tooLarge))).toEqual({ receivedCount: 0, from: [transit.r1, 1300] });
      expect(told(await ping("r2", tooLarge))).toEqual({ receivedCount: 0, from: [transit.r2, 1300] });

      await tunnelwright("impair", lab, "isp-left", "--block-icmp");
      expect(told(await ping("r1", tooLarge))).toEqual({ receivedCount: 0, from: [] });
      expect(told(await ping("r2", tooLarge)).from).toEqual([transit.r2, 1300]);

      await tunnelwright("impair", lab, "isp-left", "--loss", "50", "--one-way", "isp");
      const lossy = await ping("r1", "-q -c 100 -i 0.02");
      expect(lossy.receivedCount).toBeGreaterThan(15);
      expect(lossy.receivedCount).toBeLessThan(85);

      const delay = { kind: "delay", delayMs: 40, jitterMs: 0 };
      expect(await impairments()).toEqual([
        ["isp-left", "isp", { kind: "loss", percent: 50 }],
        ["isp-left", "isp", { kind: "mtu", mtuBytes: 1300 }],
        ["isp-left", "isp", { kind: "block-icmp" }],
        ["isp-left", "r1", delay],
        ["isp-left", "r1", { kind: "mtu", mtuBytes: 1300 }],
        ["isp-left", "r1", { kind: "block-icmp" }],
        ["isp-right", "r2", delay],
      ]);
      const plan = await run("terraform", ["plan", "-detailed-exitcode", "-no-color", "-input=false"], {
        cwd: labPlaces(lab).stack,
      });
      expect(plan.exitCode, plan.all).toBe(0);
    });

    test("is restored by what is there, with the rest of it taken away by hand", async () => {
      await tunnelwright("impair", lab, "isp-right", "--delay", "40", "--one-way", "isp");
      await onNode(
        lab,
        "isp",
        "iptables -t mangle -D PREROUTING -j IMPAIR-IN; tc qdisc delete dev eth1 ingress; ip rule delete pref 2208",
      );
      await tunnelwright("restore", lab, "--all");
      expect(await impairments()).toEqual([]);
      const left = await onNode(
        lab,
        "isp",
        "iptables-save | grep IMPAIR; tc qdisc | grep -e netem -e ingress; ip rule | grep '^220'; ip route show table all | grep 'table 20'; ip link | grep ifb; true",
      );
      expect(left).toBe("");
      const healed = await ping("r1", `${few} -M do -s 1372`);
      expect(healed.receivedCount).toBe(4);
      expect(healed.rttMs?.min).toBeLessThan(40);
    });
  });
}

/** A suite of one's own: the lab failover-keepalive stands while these tests run, and is taken down whatever happens to them. */
import { labTest } from "tunnelwright/testing";
import { describe, expect } from "vitest";

const test = labTest("failover-keepalive");

describe("two sites over two providers", () => {
  // The first test that asks for the lab waits until it stands.
  test("both tunnels are as they were predicted", { timeout: 180_000 }, async ({ lab }) => {
    await expect(lab).toHold();
    expect(lab.plan).toPredictTunnelMtu(1442);
  });

  test(
    "when a provider is gone the backup carries the packets, in the predicted time",
    { timeout: 60_000 },
    async ({ lab }) => {
      const outage = await lab.outage("provider");
      expect(outage.left.noticedAfterMs).toBeWithin(lab.detection("r1"));
      expect(outage.right.noticedAfterMs).toBeWithin(lab.detection("r2"));
      await expect(lab).toHold();
    },
  );

  test("a path that got narrow does not go unseen", { timeout: 120_000 }, async ({ lab }) => {
    await lab.impair("isp1-left", { mtuBytes: 1300 });
    const narrow = await lab.verify();
    await lab.restore();
    expect(narrow.verdict).toBe("fail");
  });

  test("a command on a router", async ({ lab }) => {
    const { exitCode, stdout } = await lab.run("r1", "ip", "-br", "address", "show", "tunnel0");
    expect(exitCode).toBe(0);
    expect(stdout).toContain("172.16.0.1/30");
  });
});

import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  detectionWindow,
  firstToNotice,
  ikeGiveUpSeconds,
  ikeRetransmission,
  recoveryMostMs,
} from "../../../model/detection.ts";

describe("the window in which a loss is noticed", () => {
  test.each([
    [{ kind: "keepalive", periodSeconds: 10, retryCount: 3 }, 30_000, 40_000],
    [{ kind: "keepalive", periodSeconds: 20, retryCount: 3 }, 60_000, 80_000],
    [{ kind: "keepalive", periodSeconds: 5, retryCount: 4 }, 20_000, 25_000],
    [{ kind: "ospf", helloIntervalSeconds: 10, deadIntervalSeconds: 40 }, 30_000, 40_000],
    [{ kind: "bfd", intervalMs: 300, multiplier: 3 }, 600, 900],
    [{ kind: "dpd", delaySeconds: 2 }, 42_265, 44_265],
    [{ kind: "none" }, 0, null],
  ] as const)("%o: %d to %s ms", (liveness, leastMs, mostMs) => {
    expect(detectionWindow(liveness)).toMatchObject({ leastMs, mostMs });
  });

  test("keepalives by Cisco's rule, simulated: one counted at each send, an answer counts back, down when the next is due", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 1, max: 9 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (period, retries, share) => {
          const lossAt = 100 * period + share * period;
          let counter = 0;
          for (let at = 0; ; at += period) {
            if (counter >= retries) {
              const { leastMs, mostMs } = detectionWindow({
                kind: "keepalive",
                periodSeconds: period,
                retryCount: retries,
              });
              const tookMs = (at - lossAt) * 1000;
              return tookMs >= leastMs - 1e-6 && tookMs <= (mostMs ?? 0) + 1e-6;
            }
            counter = at <= lossAt ? 0 : counter + 1;
          }
        },
      ),
    );
  });

  test("IKE gives up as the image's strongswan.conf tells charon", () => {
    const text = readFileSync(new URL("../../../images/router/files/strongswan.conf", import.meta.url), "utf8");
    expect(/retransmit_timeout = (\S+)/.exec(text)?.[1]).toBe(ikeRetransmission.timeoutSeconds.toFixed(1));
    // What the file does not say is strongSwan's own: base 1.8, 5 tries.
    expect(text).not.toMatch(/retransmit_(base|tries|jitter|limit)/);
    expect(ikeGiveUpSeconds()).toBeCloseTo(1 + 1.8 + 3.24 + 5.832 + 10.4976 + 18.89568, 9);
  });
});

test("nobody who noticed nothing comes back", () => {
  expect(recoveryMostMs({ kind: "none" })).toBeNull();
  expect(recoveryMostMs({ kind: "keepalive", periodSeconds: 20, retryCount: 3 })).toBe(20_000);
});

describe("of several who notice by themselves, the first", () => {
  const ospf = detectionWindow({ kind: "ospf", helloIntervalSeconds: 10, deadIntervalSeconds: 12 });
  const bfd = detectionWindow({ kind: "bfd", intervalMs: 1000, multiplier: 20 });
  const none = detectionWindow({ kind: "none" });

  test("not sooner than the soonest, not later than the one that cannot be later", () => {
    expect(firstToNotice([bfd, ospf])).toMatchObject({ leastMs: 2000, mostMs: 12_000, why: ospf.why });
    expect(firstToNotice([ospf])).toEqual(ospf);
  });

  test("who never notices delays nobody, and is not the first", () => {
    expect(firstToNotice([none, bfd])).toMatchObject({ leastMs: 19_000, mostMs: 20_000 });
    expect(firstToNotice([none])).toEqual(none);
  });
});

/** The drills that cut a path, and their judges. */
import { describe, expect, test } from "vitest";
import { failoverDrill } from "../../../checks/failover-drill.ts";
import { keepaliveDrill, sentWords } from "../../../checks/keepalive-drill.ts";
import { keepaliveWireBytes, type EndOfOutage } from "../../../checks/keepalive-outage.ts";
import { noticeFact, windowWords } from "../../../checks/notice-loss.ts";
import { detectionWindow, recoveryMostMs, type Liveness } from "../../../model/detection.ts";
import type { PlannedDetection, PlannedTunnel } from "../../../model/plan-document.ts";
import { judges, type Observed } from "./hold-judge.ts";
import { answered, keepaliveTunnel, unanswered } from "./samples.ts";

const detectionOf = (liveness: Liveness): PlannedDetection => ({
  liveness,
  ...detectionWindow(liveness),
  recoveryMostMs: recoveryMostMs(liveness),
});
const noticing = (liveness: Liveness): PlannedTunnel => {
  const tunnel = keepaliveTunnel();
  const detection = [detectionOf(liveness)];
  return { ...tunnel, backup: "tunnel1", left: { ...tunnel.left, detection }, right: { ...tunnel.right, detection } };
};
const tunnel = noticing({ kind: "keepalive", periodSeconds: 1, retryCount: 3 });
const { request, answer } = keepaliveWireBytes(tunnel);

test("without IPsec the two have the sizes that Cisco gives them", () => {
  expect(keepaliveWireBytes({ ...tunnel, order: "gre" })).toEqual({ request: 48, answer: 24 });
  expect(keepaliveWireBytes({ ...tunnel, order: "gre", greKey: 7 })).toEqual({ request: 56, answer: 28 });
  // What IPsec over GRE protects is the sites' packets.
  expect(keepaliveWireBytes({ ...tunnel, order: "ipsec-over-gre" })).toEqual({ request: 48, answer: 24 });
  expect(request).toBeGreaterThan(answer);
  expect(answer).toBeGreaterThan(48);
});

describe("drill-keepalive", () => {
  const end = (changes: Partial<EndOfOutage> = {}): EndOfOutage => ({
    downAfterMs: [3300, 3310],
    upAfterMs: [600, 610],
    lineUpMeanwhile: false,
    sentBytes: [answer, request],
    ...changes,
  });
  const sound: Observed<typeof keepaliveDrill> = {
    left: end(),
    right: end(),
    meanwhile: unanswered(),
    answersAgain: true,
  };
  const at = (side: "left" | "right", changes: Partial<EndOfOutage>) => ({ ...sound, [side]: end(changes) });
  judges(
    keepaliveDrill,
    sound,
    "r1 notices after 3.31 s, r2 notices after 3.31 s; nothing but keepalives left meanwhile; it came back",
    [
      ...(["left", "right"] as const).flatMap((side) => {
        const router = side === "left" ? "r1" : "r2";
        return [
          [`${router} too soon`, at(side, { downAfterMs: [2700, 2900] }), { [`${router} notices after`]: "2.90" }],
          [`${router} too late`, at(side, { downAfterMs: [4200, 4210] }), { [`${router} notices after`]: "4.21" }],
          [`${router} never`, at(side, { downAfterMs: null }), { [`${router} notices after`]: "never" }],
          [
            `${router} stays up`,
            at(side, { lineUpMeanwhile: true }),
            { [`line protocol at ${router} meanwhile`]: "up" },
          ],
          [
            `${router} forwards a ping`,
            at(side, { sentBytes: [answer, request, 152] }),
            { [`${router} sends into the tunnel meanwhile`]: "packets of 152 bytes" },
          ],
          [
            `${router} asks no more`,
            at(side, { sentBytes: [answer] }),
            { [`a keepalive of ${router} on the wire`]: "-" },
          ],
          [`${router} comes late`, at(side, { upAfterMs: [2000, 2010] }), { [`${router} is up again within`]: "2.01" }],
          [`${router} does not come`, at(side, { upAfterMs: null }), { [`${router} is up again within`]: "never" }],
        ] as const;
      }),
      ["a ping is answered", { ...sound, meanwhile: answered }, { "answers through the tunnel meanwhile": "1" }],
      ["it stays away", { ...sound, answersAgain: false }, { "tunnel afterwards": "no answer" }],
    ],
    tunnel,
  );

  test("an end that does not ask is not judged", () => {
    const oneEnd = { ...tunnel, left: { ...tunnel.left, keepalive: null } };
    const { facts } = keepaliveDrill.judge(oneEnd, sound);
    expect(facts.some(({ quantity }) => quantity.includes("r1"))).toBe(false);
  });

  test("what left is told by its sizes", () => {
    expect(sentWords(tunnel, [])).toBe("nothing");
    expect(sentWords(tunnel, [answer])).toBe("keepalives alone");
  });
});

describe("drill-failover", () => {
  const end = (router: string, changes = {}) => ({
    router,
    noticer: router,
    noticedAfterMs: [3300, 3310] as const,
    switchedAfterMs: 3400,
    returnedAfterMs: 700,
    ...changes,
  });
  const sound: Observed<typeof failoverDrill> = {
    left: end("r1"),
    right: end("r2"),
    cutWidthMs: 10,
    sentCount: 80,
    lostCount: 35,
    silenceMs: 3500,
  };
  judges(
    failoverDrill,
    sound,
    "r1 notices after 3.31 s, r2 notices after 3.31 s; 35 of 80 packets were lost",
    [
      ...(["left", "right"] as const).flatMap((side) => {
        const router = side === "left" ? "r1" : "r2";
        const at = (changes: object) => ({ ...sound, [side]: end(router, changes) });
        return [
          [`${router} too late`, at({ noticedAfterMs: [4200, 4210] }), { [`${router} notices after`]: "4.21" }],
          [`${router} routes on`, at({ switchedAfterMs: null }), { [`${router} routes by the backup`]: "no" }],
          [`${router} stays there`, at({ returnedAfterMs: null }), { [`${router} returns to the primary`]: "no" }],
        ] as const;
      }),
      ["nothing was cut", { ...sound, lostCount: 0 }, { "packets lost meanwhile": "0" }],
    ],
    tunnel,
  );

  test("where nobody asks, nobody may notice", () => {
    const nobody = noticing({ kind: "none" });
    const silent = { noticedAfterMs: null, switchedAfterMs: null, returnedAfterMs: null };
    const seen = { ...sound, left: end("r1", silent), right: end("r2", silent) };
    expect(failoverDrill.judge(nobody, seen).verdict).toBe("pass");
    expect(failoverDrill.judge(nobody, { ...seen, left: end("r1") }).verdict).toBe("fail");
  });
});

test("a window in words", () => {
  expect(windowWords({ leastMs: 600, mostMs: 900 })).toBe("0.6 to 0.9");
  expect(windowWords({ leastMs: 0, mostMs: null })).toBe("never");
  expect(() => noticeFact({ ...tunnel.left, detection: [] }, null)).toThrow("r1");
});

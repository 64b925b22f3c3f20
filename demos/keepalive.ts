import { compare } from "../checks/check-kind.ts";
import { leaveWhole, transitUnder, tunnelSides } from "../checks/cut-place.ts";
import { keepaliveEndFacts, sentWords } from "../checks/keepalive-drill.ts";
import { keepaliveWireBytes, watchOutage, type KeepaliveOutage } from "../checks/keepalive-outage.ts";
import { captureDuring } from "../checks/watch-transit.ts";
import { outerPackets } from "../capture/outer-packets.ts";
import { readCapture } from "../capture/read-capture.ts";
import type { DemoRow, DemoStep, TimelineLane } from "../model/demo-result.ts";
import type { PlannedTunnel } from "../model/plan-document.ts";
import type { Fact } from "../model/run-result.ts";
import { row, rowOfFact, tunnelOf, type Demo, type DemoContext } from "./demo.ts";
import { answersInClear, charonLoss, cutLoss, powerLoss, type DemoLoss } from "./keepalive-losses.ts";

/** GRE keepalives, and everything that they notice. */
export const keepalive: Demo = {
  labs: ["keepalive"],
  title: "the line protocol follows the keepalives",
  async *steps(context) {
    const tunnel = tunnelOf(context, "tunnel0");
    yield await upStep(context, tunnel);
    yield await outageStep(context, tunnel, {
      title: "One direction is cut",
      explanation:
        "The provider lets nothing through to r2. r1's keepalives do not arrive; r2's do, and r1's answers to them do not. A keepalive asks the way there and back, so both ends notice.",
      loss: cutLoss(context, tunnel, ["right"]),
    });
    yield await outageStep(context, tunnel, {
      title: "Both directions are cut",
      explanation: "Nothing passes. To an end that asks it looks the same as one direction.",
      loss: cutLoss(context, tunnel, tunnelSides),
    });
    yield await outageStep(context, tunnel, {
      title: "The peer loses its power",
      explanation:
        "r2's machine is killed, and started again when r1 has noticed. It comes back with its configuration and asks for new SAs.",
      loss: powerLoss(context, tunnel),
    });
    yield await outageStep(context, tunnel, {
      title: "The peer loses its IPsec",
      explanation:
        "charon of r2 is ended and takes its SAs along; r1 is told. GRE alone would pass, and is dropped at both ends: a keepalive in clear is no keepalive. So not even keepalives leave.",
      loss: charonLoss(context, tunnel),
    });
    yield await inClearStep(context, tunnel);
  },
};

interface Outage extends Pick<DemoStep, "title" | "explanation"> {
  readonly loss: DemoLoss;
}

/** With charon or a whole router to start, how soon the line protocol is up is not the keepalives' to say. */
async function outageStep(context: DemoContext, tunnel: PlannedTunnel, outage: Outage): Promise<DemoStep> {
  const { title, explanation, loss } = outage;
  const seen = await watchOutage(context, tunnel, loss);
  const ends = tunnelSides.flatMap((side) => (seen[side] ? [{ end: tunnel[side], seen: seen[side] }] : []));
  return {
    title,
    explanation,
    rows: [
      ...ends.flatMap(({ end, seen: each }) =>
        keepaliveEndFacts(tunnel, end, each)
          .filter(({ quantity }) => !(loss.isSlow === true && / again within$/.test(quantity)))
          .filter(({ quantity }) => !(loss.leaves !== undefined && /on the wire$|sends into/.test(quantity)))
          .map(rowOfFact),
      ),
      ...(loss.leaves === undefined
        ? []
        : ends.map(({ end, seen: each }) =>
            row(`${end.router} sends into the tunnel meanwhile`, loss.leaves ?? "", sentWords(tunnel, each.sentBytes)),
          )),
      row("h1 reaches h2 meanwhile", "no", seen.meanwhile.receivedCount > 0 ? "yes" : "no"),
      row("h1 reaches h2 afterwards", "yes", seen.answersAgain ? "yes" : "no"),
      ...ends.map(({ end, seen: each }) =>
        row(`line protocol at ${end.router} afterwards`, "up", each.upAfterMs ? "up" : "down"),
      ),
    ],
    worlds: null,
    captures: [],
    timeline: { zero: title.charAt(0).toLowerCase() + title.slice(1), lanes: lanesOf(tunnel, seen) },
  };
}

/** What IOS does behind tunnel protection, shown on Linux: the answer alone is exempt from the policy. */
async function inClearStep(context: DemoContext, tunnel: PlannedTunnel): Promise<DemoStep> {
  const { tap, left, right } = tunnel;
  if (!tap) throw new Error("the demo needs a transit to look at");
  const filter = ["src", "host", left.outerAddress, "and", "proto", "47"];
  let step: DemoStep | undefined;
  const capture = await context.on(tap.node, (session) =>
    captureDuring(session, { interfaceName: tap.interface, filter, signal: context.signal }, async () => {
      step = await outageStep(context, tunnel, {
        title: "A model of IOS behind tunnel protection (not IOS)",
        explanation:
          "On IOS tunnel protection encrypts what the tunnel interface sends; the answer to a keepalive is only forwarded, and leaves in clear (Cisco document 118370). Here a mark and a policy of its own exempt r1's answers. r2 demands IPsec and drops them: up/down, though the path is whole.",
        loss: answersInClear(context, tunnel),
      });
    }),
  );
  if (!step) throw new Error("the step ended before it was told");
  await context.keep("answers-in-clear-isp.pcap", capture);
  const sizes = new Set(outerPackets(readCapture(capture)).map(({ totalBytes }) => totalBytes));
  return {
    ...step,
    rows: [
      row(
        `${left.router}'s answers on the transit`,
        "24 bytes of GRE in clear",
        `${[...sizes].join(", ") || "no"} bytes of GRE in clear`,
      ),
      ...step.rows,
    ],
    worlds: {
      ios: [
        `${left.router} has tunnel protection, ${right.router} a crypto map: ${right.router} goes down`,
        "crypto maps at both ends: both stay up",
      ],
      linux: ["either renders to the same policies: both stay up", "with the exemption: as IOS"],
    },
    captures: ["answers-in-clear-isp.pcap"],
  };
}

function lanesOf(tunnel: PlannedTunnel, seen: KeepaliveOutage): TimelineLane[] {
  return tunnelSides.flatMap((side) => {
    const way = tunnel[side].detection.find(({ liveness }) => liveness.kind === "keepalive");
    const each = seen[side];
    if (!each || !way) return [];
    const { leastMs, mostMs } = way;
    return {
      name: tunnel[side].router,
      window: mostMs === null ? null : { leastMs, mostMs },
      marks: each.downAfterMs ? [{ letter: "D", words: "line protocol down", atMs: each.downAfterMs[1] }] : [],
    };
  });
}

// ---- the tunnel at work

/** Two of each at a keepalive a second. */
const lookMs = 2_500;

async function upStep(context: DemoContext, tunnel: PlannedTunnel): Promise<DemoStep> {
  const { tap, left, right } = tunnel;
  if (!tap) throw new Error("the demo needs a transit to look at");
  await leaveWhole(context, transitUnder(tunnel));
  const outer = ["host", left.outerAddress, "and", "host", right.outerAddress];
  const capture = await context.on(tap.node, (session) =>
    captureDuring(session, { interfaceName: tap.interface, filter: outer, signal: context.signal }, () =>
      context.clock.wait(lookMs, context.signal),
    ),
  );
  await context.keep("keepalives-isp.pcap", capture);
  const { request, answer } = keepaliveWireBytes(tunnel);
  const sizes = { esp: new Set<number>(), gre: new Set<number>() };
  for (const { payload, totalBytes } of outerPackets(readCapture(capture)))
    if (payload.kind === "esp" || payload.kind === "gre") sizes[payload.kind].add(totalBytes);
  const states: Fact[] = await Promise.all(
    [left, right].map(async ({ router, device }) => {
      const { stdout } = await context.on(router, (session) => session.run(["tw-keepalive", "status", device ?? ""]));
      const said = /line protocol is (\w+)/.exec(stdout)?.[1];
      return compare(`line protocol at ${router}`, "", "up", said);
    }),
  );
  const rows: DemoRow[] = [
    ...states.map(rowOfFact),
    row("a keepalive in ESP on the transit", `${request} bytes`, sizes.esp.has(request) ? `${request} bytes` : "none"),
    row("an answer in ESP on the transit", `${answer} bytes`, sizes.esp.has(answer) ? `${answer} bytes` : "none"),
    row("GRE in clear on the transit", "none", sizes.gre.size === 0 ? "none" : [...sizes.gre].join(", ")),
  ];
  return {
    title: "Both ends ask",
    explanation:
      "keepalive 1 3 at both ends. A keepalive is a GRE packet whose inside is the answer, addressed to the sender: 48 bytes, of which 24 come back. The peer only forwards it. Here both travel in ESP.",
    rows,
    worlds: {
      ios: [
        "crypto maps: both are encrypted as they pass the interface",
        "tunnel protection: the answer comes back in clear, and is dropped (118370)",
      ],
      linux: [
        "the policy selects GRE between the ends: both are encrypted",
        "tunnel protection renders to the same policy",
      ],
    },
    captures: ["keepalives-isp.pcap"],
  };
}

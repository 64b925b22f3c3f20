import { askKeepalive } from "../checks/ask-end.ts";
import { lintIos } from "../dialects/ios/lint.ts";
import type { DemoStep } from "../model/demo-result.ts";
import { row, tunnelOf, type Demo, type DemoContext } from "./demo.ts";
import { answersAgain, childAt, echoesSent, refusals, sendBothWays, watched } from "./refusals.ts";
import { seedTranscript } from "./seed-transcript.ts";
import { must, whileToldOtherwise } from "./told-otherwise.ts";

/** The errors of the transcript, as docs/seed.md has them. */
const errors = [
  { place: "R1 line 46", rule: "ios/mode-mismatch" },
  { place: "R2 line 66", rule: "ios/crypto-map-not-applied" },
  { place: "R2 line 78", rule: "ios/keepalive-protection" },
  { place: "R2 line 80", rule: "ios/acl-reversed" },
] as const;

const answersWanted = 5;
const keepaliveTimeoutMs = 20_000;
const stopTimeoutMs = 5_000;

/** The mended pair made what the transcript says, fault by fault. */
export const seedAsWritten: Demo = {
  labs: ["seed-as-written"],
  title: "the seed's transcript as it was written, fault by fault",
  async *steps(context) {
    yield judged();
    yield await otherMode(context);
    yield await mapNotApplied(context);
    yield await listReversed(context);
    yield await keepaliveAgainstProtection(context);
    yield await mended(context);
  },
};

function judged(): DemoStep {
  const found = lintIos([{ name: "ipsec-over-gre.md", text: seedTranscript }]).findings.filter(
    ({ severity }) => severity === "error",
  );
  const seenAt = (place: string): string => found.find(({ where }) => where === place)?.ruleId ?? "nothing";
  return {
    title: "What lint says of the transcript",
    explanation:
      "Nobody ran it on IOS. Four errors are told; each is now made on the running pair, which is the transcript mended, looked at, and mended again. What lint says comes of it is the prediction.",
    rows: [
      ...errors.map(({ place, rule }) => row(place, rule, seenAt(place))),
      row("errors in all", errors.length, found.length),
    ],
    worlds: null,
    captures: [],
  };
}

async function otherMode(context: DemoContext): Promise<DemoStep> {
  const tunnel = tunnelOf(context, "tunnel0");
  const seen = await whileToldOtherwise(
    context,
    tunnel.left.router,
    (connections) => connections.replace("mode = transport", "mode = tunnel"),
    () => refusals(context, tunnel, "other-mode"),
  );
  return {
    title: "R1 in tunnel mode, R2 in transport mode",
    explanation:
      "R1 line 46, ios/mode-mismatch: the transform set of R1 has no mode, which is tunnel. The mode is part of the proposal; strongSwan refuses under IKEv1, whichever end asks. What IOS does may depend on who asks, and was not run.",
    rows: [
      row("r1 asks r2 for a CHILD SA", "INVALID_ID_INFORMATION", seen.leftAsked),
      row("r2 asks r1 for a CHILD SA", "INVALID_ID_INFORMATION", seen.rightAsked),
      ...seen.rows,
      await answersAgain(context, tunnel),
    ],
    worlds: null,
    captures: seen.captures,
  };
}

async function mapNotApplied(context: DemoContext): Promise<DemoStep> {
  const tunnel = tunnelOf(context, "tunnel0");
  const seen = await whileToldOtherwise(
    context,
    tunnel.right.router,
    () => "",
    async (r2) => {
      const guarded = await refusals(context, tunnel, "not-applied");
      // IOS has no such guard: what no crypto map protects leaves as it is.
      await must(r2, ["iptables", "-F", "TW-OUTPUT"]);
      const open = await sendBothWays(context, tunnel, "not-applied-unguarded");
      return { guarded, open };
    },
  );
  const { guarded, open } = seen;
  return {
    title: "Crypto map VPN of R2 is applied to no interface",
    explanation:
      "R2 line 66, ios/crypto-map-not-applied: without an interface it does nothing, and GRE leaves in clear. Here r2's charon is told of no connection. The lab's firewall drops such GRE at home; it is then taken away on r2, and the provider reads along. On IOS, R2 may still answer the first phase of IKE.",
    rows: [
      row("r1 asks r2 for a CHILD SA", "NO_PROPOSAL_CHOSEN", guarded.leftAsked),
      row("r2 asks r1 for a CHILD SA", "nothing to ask for", guarded.rightAsked),
      ...guarded.rows,
      row("GRE that r2's firewall dropped", "some", guarded.dropped),
      row("without that firewall: GRE in clear at the provider", "some", open.clear),
      row("without that firewall: echoes answered", `0 of ${echoesSent}`, open.answered),
      await answersAgain(context, tunnel),
    ],
    worlds: null,
    captures: [...guarded.captures, ...open.captures],
  };
}

async function listReversed(context: DemoContext): Promise<DemoStep> {
  const tunnel = tunnelOf(context, "tunnel0");
  const seen = await whileToldOtherwise(context, tunnel.right.router, reversed, () =>
    refusals(context, tunnel, "reversed"),
  );
  return {
    title: "Access list 100 of R2 begins with R1's address",
    explanation:
      "R2 line 80, ios/acl-reversed: the list names R1's side first, so nothing that R2 sends matches, and what R1 proposes is not the mirror of it. Here r2's traffic selectors are exchanged.",
    rows: [
      row("r1 asks r2 for a CHILD SA", "INVALID_ID_INFORMATION", seen.leftAsked),
      row("r2 asks r1 for a CHILD SA", "none is made", seen.rightAsked === "made" ? "made" : "none is made"),
      ...seen.rows,
      row("GRE that r2's firewall dropped", "some", seen.dropped),
      await answersAgain(context, tunnel),
    ],
    worlds: null,
    captures: seen.captures,
  };
}

/** Each router's own side stands in `local_ts`. */
export function reversed(connections: string): string {
  const local = /^ *local_ts = (.*)$/m.exec(connections)?.[1];
  const remote = /^ *remote_ts = (.*)$/m.exec(connections)?.[1];
  if (local === undefined || remote === undefined) return connections;
  return connections
    .replace(`local_ts = ${local}`, `local_ts = ${remote}`)
    .replace(`remote_ts = ${remote}`, `remote_ts = ${local}`);
}

/** Period 1 in the place of 20: what is to be seen takes seconds instead of minutes. */
async function keepaliveAgainstProtection(context: DemoContext): Promise<DemoStep> {
  const tunnel = tunnelOf(context, "tunnel0");
  const { right } = tunnel;
  const device = right.device ?? "tunnel0";
  const file = "/run/seed-keepalive.conf";
  const capture = "keepalives.pcap";
  let answers = 0;
  let line = "unknown";
  const { clear, esp } = await watched(context, tunnel, capture, () =>
    context.on(right.router, async (r2) => {
      await must(r2, ["tee", file], `${device} period 1 retries 3\n`);
      const daemon = await r2.start(["tw-keepalive", "run", file], { signal: context.signal });
      try {
        const deadlineMs = context.clock.nowMs() + keepaliveTimeoutMs;
        while (answers < answersWanted && context.clock.nowMs() < deadlineMs) {
          await context.clock.wait(500, context.signal);
          const state = await askKeepalive(r2, device);
          answers = state?.receivedCount ?? answers;
          line = state ? (state.lineUp ? "up" : "down") : line;
        }
      } finally {
        await daemon.stop(stopTimeoutMs).catch(() => undefined);
        await r2.run(["rm", "-f", file]);
      }
    }),
  );
  return {
    title: "Keepalives of R2 against R1's tunnel protection",
    explanation:
      "R2 line 78, ios/keepalive-protection: on IOS the answers pass R1's tunnel protection by. Linux encrypts them as it does all GRE, so this fault cannot be shown here: the two worlds differ. Every second here, where the transcript has 20.",
    rows: [
      row("answers to r2's keepalives", "some", answers >= answersWanted ? "some" : String(answers)),
      row("line protocol of r2's tunnel", "up", line),
      row("ESP at the provider", "some", esp),
      row("GRE in clear at the provider", "none", clear),
    ],
    worlds: {
      ios: ["R1's answers come back in clear, and R2 drops them", "after 60 to 80 s R2's line protocol is down"],
      linux: ["r1's answers come back in ESP", "the line protocol stays up"],
    },
    captures: [capture],
  };
}

async function mended(context: DemoContext): Promise<DemoStep> {
  const tunnel = tunnelOf(context, "tunnel0");
  const again = await answersAgain(context, tunnel);
  const { left, right } = tunnel;
  const children = await Promise.all([left, right].map((end) => childAt(context, tunnel, end)));
  const sent = await sendBothWays(context, tunnel, "mended");
  return {
    title: "As fix mends it",
    explanation:
      "mode transport on R1, the map on R2's Serial0/0, the list with R2's address first, no keepalive; and AES with SHA-256 in the place of 3DES, which no step above depends on.",
    rows: [
      again,
      ...[left, right].flatMap(({ router }, at) => [
        row(`CHILD SA at ${router}`, "INSTALLED, transport", children[at] ?? "none"),
      ]),
      row("echoes answered", `${echoesSent} of ${echoesSent}`, sent.answered),
      row("ESP at the provider", "some", sent.esp),
      row("GRE in clear at the provider", "none", sent.clear),
    ],
    worlds: null,
    captures: sent.captures,
  };
}

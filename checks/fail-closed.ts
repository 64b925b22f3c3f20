import { findGuard } from "../dialects/iptables/read.ts";
import { protectsSites } from "../model/overhead.ts";
import type { PlannedTunnel } from "../model/plan-document.ts";
import type { Fact } from "../model/run-result.ts";
import { askBothEnds, ofBothEnds, type BothEnds } from "./ask-end.ts";
import { compare, judgeFacts, type CheckKind } from "./check-kind.ts";
import { ping } from "./ping.ts";
import { protectedThing, senders } from "./protected-traffic.ts";
import { understood } from "./understood.ts";
import { watchTransit } from "./watch-transit.ts";

interface Observation {
  /** Of each guard of an end, whether it is in force. */
  readonly guards: BothEnds<readonly string[]>;
  /** What was in clear on the transit while both ends sent; `null` without a transit to look from. */
  readonly clear: string | null;
}

/** Would what is to be protected leave in clear if IPsec were not there? The drop is looked for at both ends, and the transit is watched; needs no SA, so it also speaks when there is none. */
export const failClosed: CheckKind<Observation> = {
  pollMs: 500,
  lookAt: [
    "`iptables-save -c` on both routers: the drop of GRE with `-m policy --pol none`, and what stands before it",
    "`ip xfrm policy` on both routers",
  ],
  async ask(context) {
    const guards = await askBothEnds(context, async (session, here) => {
      const { stdout } = await session.run(["iptables-save"]);
      const isRules = /^\*filter$[^]*^COMMIT$/m.test(stdout);
      const rules = understood(session, "iptables-save", isRules, stdout, stdout);
      return here.guards.map((guard) => findGuard(rules, guard));
    });
    if (!context.tunnel.tap) return { guards, clear: null };
    const { unprotected } = await watchTransit(context, async () => {
      await Promise.all(
        senders(context.tunnel).map(({ node, to }) => context.on(node, (session) => ping(session, { to, count: 3 }))),
      );
    });
    return { guards, clear: unprotected };
  },
  judge(tunnel, { guards, clear }) {
    const facts: Fact[] = ofBothEnds(tunnel, guards, ({ router, guards: rules }, _, seen) =>
      rules.map((rule, index) => compare(`${guardName(tunnel, rule)} at ${router}`, "", "in force", seen[index])),
    );
    const what = protectedThing(tunnel);
    if (clear !== null) facts.push(compare(`${what} in clear on the transit`, "packets", 0, clear));
    return judgeFacts(facts, `unprotected ${what} is dropped at both ends, none was seen`);
  },
};

/** `drop of unprotected GRE out`; what goes between networks is told by them. */
function guardName({ order }: PlannedTunnel, rule: string): string {
  const past = /^-A TW-FORWARD -s (\S+) -d (\S+) -([io]) /.exec(rule);
  if (past) return `drop past the tunnel of ${past[1]} → ${past[2]} ${past[3] === "i" ? "in" : "out"}`;
  const way = / --dir (in|out) /.exec(rule)?.[1] ?? "";
  if (!protectsSites(order)) return `drop of unprotected GRE ${way}`;
  const [, chain = "", source = "", destination = ""] = /^-A TW-(\S+) -s (\S+) -d (\S+)/.exec(rule) ?? [];
  return `drop of unprotected ${source} → ${destination} ${way} (${chain})`;
}

import { askBothEnds, ofBothEnds, type BothEnds } from "./ask-end.ts";
import { compare, judgeFacts, type CheckKind } from "./check-kind.ts";
import { understood } from "./understood.ts";

/** More than SSH takes on a busy machine, far less than what spoils a certificate or a log. */
const toleranceSeconds = 5;

/** Do the routers' clocks tell the time of the machine that asks? A pre-shared key does not care; certificates and logs do. Seconds ahead at each end. */
export const clocks: CheckKind<BothEnds<number>> = {
  pollMs: 500,
  lookAt: [
    "`date -u` on both routers",
    "a router's clock follows the machine's, unless it was set by hand: restart its container, and run `up`",
  ],
  ask: (context) =>
    askBothEnds(context, async (session) => {
      const before = Date.parse(context.clock.nowIso());
      const { stdout } = await session.run(["date", "-u", "+%s.%N"]);
      const after = Date.parse(context.clock.nowIso());
      const seconds = understood(session, "date", /^\d+\.\d+\s*$/.test(stdout), stdout, Number(stdout));
      return (seconds * 1000 - (before + after) / 2) / 1000;
    }),
  judge(tunnel, observed) {
    const near = `within ${toleranceSeconds} s`;
    const facts = ofBothEnds(tunnel, observed, ({ router }, _, secondsAhead) => {
      const rounded = Math.round(Math.abs(secondsAhead));
      const far = `${rounded} s ${secondsAhead > 0 ? "ahead" : "behind"}`;
      return [compare(`clock of ${router}`, "", near, Math.abs(secondsAhead) <= toleranceSeconds ? near : far)];
    });
    return judgeFacts(facts, "both tell the time of this machine");
  },
};

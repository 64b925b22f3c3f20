import { findGuard } from "../dialects/iptables/read.ts";
import type { Fact } from "../model/run-result.ts";
import { askBothEnds, bareAddress, ofBothEnds, type BothEnds } from "./ask-end.ts";
import { compare, judgeFacts, type CheckKind } from "./check-kind.ts";
import { ping } from "./ping.ts";
import { clearGre, watchTransit } from "./watch-transit.ts";

interface Guard {
  readonly out: string;
  readonly in: string;
}
interface Observation {
  readonly guards: BothEnds<Guard>;
  /** GRE in clear on the transit while both ends send into the tunnel; `null` without a transit to look from. */
  readonly clear: string | null;
}

/** Would GRE leave in clear if IPsec were not there? The drop is looked for at both ends, and the transit is watched; needs no SA, so it also speaks when there is none. */
export const failClosed: CheckKind<Observation> = {
  pollMs: 500,
  lookAt: [
    "`iptables-save -c` on both routers: the drop of GRE with `-m policy --pol none`, and what stands before it",
    "`ip xfrm policy` on both routers",
  ],
  async ask(context) {
    const guards = await askBothEnds(context, async (session, here, there) => {
      const { stdout } = await session.run(["iptables-save"]);
      const guard = (way: "in" | "out") => findGuard(stdout, way, here.outerAddress, there.outerAddress);
      return { in: guard("in"), out: guard("out") };
    });
    if (!context.tunnel.tap) return { guards, clear: null };
    const traffic = await watchTransit(context, async () => {
      await askBothEnds(context, (session, _, there) =>
        ping(session, { to: bareAddress(there.tunnelAddress), count: 3 }),
      );
    });
    return { guards, clear: clearGre(traffic) };
  },
  judge(tunnel, { guards, clear }) {
    const facts: Fact[] = ofBothEnds(tunnel, guards, ({ router }, _, guard) => [
      compare(`drop of unprotected GRE out at ${router}`, "", "in force", guard.out),
      compare(`drop of unprotected GRE in at ${router}`, "", "in force", guard.in),
    ]);
    if (clear !== null) facts.push(compare("GRE in clear on the transit", "packets", 0, clear));
    return judgeFacts(facts, "unprotected GRE is dropped at both ends, none was seen");
  },
};

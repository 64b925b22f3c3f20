import type { Demo } from "./demo.ts";
import { journeyStep } from "./journey.ts";

/** Cisco document 25885, scenario 9, and its cure. */
export const fragmentation: Demo = {
  labs: ["fragmentation"],
  title: "where a packet is cut, and who joins it",
  async *steps(context) {
    yield await journeyStep(context, {
      tunnel: "after",
      bytes: 1500,
      df: false,
      title: "Cut twice: by GRE, and again after encryption",
      explanation:
        "Cisco document 25885, scenario 9. ip mtu 1476 forgets ESP: r1 cuts 1500 into 1476 and 44, encrypts both, and must cut the first again. r2 joins the outer packet before it can decrypt, and h2 joins the inner one.",
    });
    yield await journeyStep(context, {
      tunnel: "before",
      bytes: 1500,
      df: false,
      title: "Cut once, before encryption",
      explanation:
        "ip mtu 1422 is what ESP leaves: r1 cuts before it encrypts, every ESP packet travels whole, and only the host at the end joins.",
    });
  },
};

import type { Demo } from "./demo.ts";
import { journeyStep } from "./journey.ts";

/** Cisco document 25885, scenarios 6 and 10. */
export const pmtud: Demo = {
  labs: ["pmtud"],
  title: "path MTU discovery through a tunnel",
  async *steps(context) {
    yield await journeyStep(context, {
      tunnel: "gre",
      bytes: 1500,
      df: true,
      title: "Plain GRE over a path that narrows to 1400",
      explanation:
        "Cisco document 25885, scenario 6. r1 refuses what its tunnel cannot take and tells h1. What the provider drops it tells to r1, for it knows no other sender: that packet is lost in silence, and only the next one is refused with the smaller MTU.",
    });
    yield await journeyStep(context, {
      tunnel: "ipsec",
      bytes: 1500,
      df: true,
      title: "GRE in ESP over the same path",
      explanation:
        "Cisco document 25885, scenario 10. On IOS, ESP drops what GRE made and tells GRE, not the host, so two more packets are lost in silence. Linux asks for the whole way's MTU before it wraps, and tells the host at once.",
    });
  },
};

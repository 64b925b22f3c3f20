/** The door of demos/: every demo by its name. */
import type { Demo } from "./demo.ts";
import { asymmetricCut } from "./asymmetric-cut.ts";
import { failover } from "./failover.ts";
import { fragmentation } from "./fragmentation.ts";
import { ipsecOverGre } from "./ipsec-over-gre.ts";
import { keepalive } from "./keepalive.ts";
import { mtu1400 } from "./mtu-1400.ts";
import { pmtudBlackHole } from "./pmtud-black-hole.ts";
import { pmtud } from "./pmtud.ts";
import { seedAsWritten } from "./seed-as-written.ts";
import { transportVsTunnel } from "./transport-vs-tunnel.ts";

export type { Demo, LabContext } from "./demo.ts";

export const demos: Readonly<Record<string, Demo>> = {
  "transport-vs-tunnel": transportVsTunnel,
  "ipsec-over-gre": ipsecOverGre,
  fragmentation,
  pmtud,
  "pmtud-black-hole": pmtudBlackHole,
  "mtu-1400": mtu1400,
  keepalive,
  failover,
  "asymmetric-cut": asymmetricCut,
  "seed-as-written": seedAsWritten,
};

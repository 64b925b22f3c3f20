/** The app cdktf runs: every lab is a stack, and every declaration that `tunnelwright up --from` kept. A faulty declaration is told in full, without a stack trace. */
import { App } from "cdktf";
import { addDeclaredLabs, DeclarationError } from "./constructs/index.ts";
import { asymmetricCut } from "./labs/asymmetric-cut.ts";
import { dualHub } from "./labs/dual-hub.ts";
import { failover } from "./labs/failover.ts";
import { fragmentation } from "./labs/fragmentation.ts";
import { greOverIpsec } from "./labs/gre-over-ipsec.ts";
import { hubAndSpoke } from "./labs/hub-and-spoke.ts";
import { ipsecOverGre } from "./labs/ipsec-over-gre.ts";
import { keepalive } from "./labs/keepalive.ts";
import { mtu1400 } from "./labs/mtu-1400.ts";
import { pmtudBlackHole } from "./labs/pmtud-black-hole.ts";
import { pmtud } from "./labs/pmtud.ts";
import { seedAsWritten } from "./labs/seed-as-written.ts";
import { seedPair } from "./labs/seed-pair.ts";
import { transportVsTunnel } from "./labs/transport-vs-tunnel.ts";
import { twoEngines } from "./labs/two-engines.ts";

const app = new App();

try {
  for (const lab of [
    greOverIpsec,
    seedPair,
    seedAsWritten,
    transportVsTunnel,
    ipsecOverGre,
    fragmentation,
    pmtud,
    pmtudBlackHole,
    mtu1400,
    keepalive,
    asymmetricCut,
    failover,
    dualHub,
    hubAndSpoke,
    twoEngines,
  ])
    lab(app);
  for (const sentence of addDeclaredLabs(app)) console.error(`▲ ${sentence}`);
  app.synth();
} catch (error) {
  if (!(error instanceof DeclarationError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

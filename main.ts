/** The app cdktf runs: every lab is a stack. A faulty declaration is told in full, without a stack trace. */
import { App } from "cdktf";
import { DeclarationError } from "./constructs/index.ts";
import { greOverIpsec } from "./labs/gre-over-ipsec.ts";
import { seedPair } from "./labs/seed-pair.ts";

const app = new App();

try {
  greOverIpsec(app);
  seedPair(app);
  app.synth();
} catch (error) {
  if (!(error instanceof DeclarationError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

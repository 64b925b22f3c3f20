/** A hub and its spokes, for the bench and the lane `scale`: NAME SPOKES. */
import { App } from "cdktf";
import { join, resolve } from "node:path";
import { DeclarationError, HubAndSpoke } from "../constructs/index.ts";

const [name = "", spokes = ""] = process.argv.slice(2);
const app = new App({ outdir: join(resolve(".tunnelwright"), `stacks-of-${name}`) });
try {
  new HubAndSpoke(app, name, { spokeCount: Number(spokes) });
  app.synth();
} catch (error) {
  if (!(error instanceof DeclarationError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

/** The two sites of a template and their tunnel, for the bench of throughput: NAME SUITE; the suite `gre` is none. */
import { App } from "cdktf";
import { join, resolve } from "node:path";
import { declarationOf } from "../cli/new-lab/templates.ts";
import { labOf } from "../constructs/index.ts";
import type { TunnelDeclaration } from "../model/declaration.ts";

const [name = "", suite = ""] = process.argv.slice(2);
const app = new App({ outdir: join(resolve(".tunnelwright"), `stacks-of-${name}`) });
const declaration = declarationOf(name, suite === "gre" ? "gre" : "gre-over-ipsec");
const tunnels = Object.entries(declaration.tunnels).map(([tunnel, declared]): [string, TunnelDeclaration] => [
  tunnel,
  suite === "gre" ? declared : { ...declared, suite: suite as NonNullable<TunnelDeclaration["suite"]> },
]);
labOf(app, { ...declaration, tunnels: Object.fromEntries(tunnels) }, { verify: false });
app.synth();

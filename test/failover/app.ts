/** One failover lab: app.ts LAB FAILOVER-AS-JSON. */
import { App } from "cdktf";
import { join, resolve } from "node:path";
import type { Failover } from "../../constructs/index.ts";
import { failoverBy } from "../../labs/failover.ts";

const [name = "", json = "{}"] = process.argv.slice(2);
const app = new App({ outdir: join(resolve(".tunnelwright"), `stacks-of-${name}`) });
failoverBy(app, name, JSON.parse(json) as Failover);
app.synth();

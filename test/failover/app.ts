/** One failover lab: app.ts LAB FAILOVER-AS-JSON TOPOLOGY, which is `pair` or `dual-hub`. */
import { App } from "cdktf";
import { join, resolve } from "node:path";
import type { Failover, OspfFailover } from "../../constructs/index.ts";
import { dualHubBy } from "../../labs/dual-hub.ts";
import { failoverBy } from "../../labs/failover.ts";

const [name = "", json = "{}", topology = "pair"] = process.argv.slice(2);
const app = new App({ outdir: join(resolve(".tunnelwright"), `stacks-of-${name}`) });
if (topology === "dual-hub") dualHubBy(app, name, JSON.parse(json) as OspfFailover);
else failoverBy(app, name, JSON.parse(json) as Failover);
app.synth();

#!/usr/bin/env -S node --import tsx
// Writes docs/failover.md from the predictions, and from what `scripts/test --lane failover` measured last
// (.tunnelwright/failover-measured/WAY.json), as far as it is there.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { detectionWindow } from "../model/detection.ts";
import { dualHubs } from "../labs/dual-hub.ts";
import { failovers } from "../labs/failover.ts";
import { failoverTable } from "../test/failover/table.ts";

const root = new URL("../", import.meta.url);
const seconds = (/** @type {number} */ ms) => String(ms / 1000);
/** @type {[string, import("../model/detection.ts").Liveness][]} */
const ways = [
  ["`keepalive 10 3`, IOS's own", { kind: "keepalive", periodSeconds: 10, retryCount: 3 }],
  ["`keepalive 20 3`, the seed's", { kind: "keepalive", periodSeconds: 20, retryCount: 3 }],
  ["`keepalive 1 3`", { kind: "keepalive", periodSeconds: 1, retryCount: 3 }],
  ["OSPF, hello 10, dead 40", { kind: "ospf", helloIntervalSeconds: 10, deadIntervalSeconds: 40 }],
  ["OSPF, hello 1, dead 4", { kind: "ospf", helloIntervalSeconds: 1, deadIntervalSeconds: 4 }],
  ["BFD, 300 ms, three times", { kind: "bfd", intervalMs: 300, multiplier: 3 }],
  ["IKE's dead peer detection, 10 s", { kind: "dpd", delaySeconds: 10 }],
  ["IKE's dead peer detection, 2 s", { kind: "dpd", delaySeconds: 2 }],
  ["none", { kind: "none" }],
];
const predicted = ways.map(([words, liveness]) => {
  const { leastMs, mostMs, why, source } = detectionWindow(liveness);
  return [words, mostMs === null ? "never" : `${seconds(leastMs)} to ${seconds(mostMs)}`, why, source];
});
/** What dies in labs/dual-hub.ts, and who notices it by itself; the rest hear of it from them. */
const deaths = [
  ["hub1's provider", "r1 and hub1 over the tunnel", "core"],
  ["hub1", "r1 over the tunnel, core on the link", "hub2"],
  ["the link of hub1 and core", "hub1 and core on the link", "r1"],
];
const seconds2 = (/** @type {import("../constructs/index.ts").OspfFailover} */ how) => {
  const { leastMs, mostMs } = detectionWindow(
    how.by === "bfd"
      ? { kind: "bfd", intervalMs: how.intervalMs, multiplier: how.multiplier }
      : { kind: "ospf", helloIntervalSeconds: how.helloIntervalSeconds, deadIntervalSeconds: how.deadIntervalSeconds },
  );
  return `${seconds(leastMs)} to ${seconds(mostMs ?? NaN)}`;
};
const twoHubs = deaths.map((words) => [...words, seconds2(dualHubs["dual-hub"]), seconds2(dualHubs["dual-hub-ospf"])]);
const line = (/** @type {readonly string[]} */ cells) => `| ${cells.join(" | ")} |\n`;
const table = (/** @type {string[]} */ head, /** @type {string[][]} */ rows) =>
  line(head) + line(head.map(() => "---")) + rows.map(line).join("");

const cuts = [...Object.keys(failovers), "seed", ...Object.keys(dualHubs)]
  .map((way) => new URL(`.tunnelwright/failover-measured/${way}.json`, root))
  .filter((file) => existsSync(file))
  .flatMap((file) => JSON.parse(readFileSync(file, "utf8")));
const [head = [], ...rows] = cuts.length > 0 ? failoverTable(cuts) : [];
const measured = rows.length
  ? `
## Measured

Labs of [labs/failover.ts](../labs/failover.ts) and [labs/dual-hub.ts](../labs/dual-hub.ts), the first provider cut both ways (of the dual hub also, at hub1's own
interfaces, the whole hub and its link) at phases spread over the period, while h1 sends ten packets a second to
h2; by the routers' clocks, from the cut, in seconds; both ends. The cut itself lies between two instants that the transit tells,
so each detection is a span; \`timer error\` is how late a user-mode kernel's timers may be, and stands beside the window. What
routing makes of the news is a column of its own: FRR's nexthops, and with OSPF the route's computation.

${table(head, rows)}`
  : "";

writeFileSync(
  new URL("docs/failover.md", root),
  `# How a dead tunnel is noticed, and when

Every way has a window that follows from its own numbers: the time from the loss of the path to the moment the router says so. What routing does
then comes on top. \`RedundantTunnels\` declares two tunnels over two providers and one of these ways; the plan has the windows
(\`detection\`), and the labs \`failover-keepalive\`, \`-ospf\`, \`-bfd\`, \`-dpd\` and \`-none\` show them.

${table(["way", "noticed after, s", "why", "source"], predicted)}
With keepalives and with dead peer detection the routers have static routes, the backup's with distance 250: the line protocol goes down, FRR withdraws the first,
the second is used. Keepalives are sent by [tw-keepalive](../images/router/keepalive/README.md). With dead peer detection the line
protocol follows the CHILD SA, as a virtual tunnel interface's does (\`deadPeerDetection: { delaySeconds, lineFollowsSa: true }\`).

## Two hubs

\`DualHub\` is a tunnel from a spoke to each of two hubs. A \`Link\` leads from each hub to a \`CoreRouter\`, and OSPF is spoken on tunnels and links,
so that no gateway has to move: the hosts' gateway is the core, and the core knows both ways. The lab [dual-hub](../labs/dual-hub.ts):

\`\`\`text
              isp1 ── hub1
            /             \\
h1 ── r1 ──                core ── h2
            \\             /
              isp2 ── hub2
\`\`\`

Of the two ways the one with the smaller sum of costs is used: 10 for tunnel0 and 100 for tunnel1, and 10 for either link. A tunnel and a link have one
cost for both of their ends, so the way back is the way there; the plan names each router's device (\`siteRoutes\`), and the check
[site-routes](checks/site-routes.md) holds it. The reserve is checked as well: [links-full](checks/links-full.md).

${table(["what dies", "who notices by itself", "who hears of it", "by BFD, 300 ms, three times, s", "by OSPF, hello 1, dead 4, s"], twoHubs)}
The first to notice is enough: its news goes around by the other hub, and a way is used only while both ends of every link on it tell of one another
(RFC 2328 section 16.1 (2) (b)). So both sites change over together, in the window of the first (\`death\` at a hub's end in the plan); what the routers
make of the news comes on top.

While hub1's tunnel is dead its default route still leads to the provider: what goes between the sites is dropped there, both ways, with
all that is behind the links counted in ([decision 4](decisions/0004-fail-closed.md)).

## By hand

Cut a provider yourself: \`npx tunnelwright cut failover-bfd isp1\`, and \`restore failover-bfd --all\` ([impair.md](impair.md)).
${measured}
Windows and measurements: \`scripts/test --lane failover\` (TW_CUTS cuts of each, 20 unless said otherwise), then \`node --import tsx scripts/write-failover-page.mjs\`.
`,
);

/** Every lab on paper: it plans, and nothing is found about it that it does not show on purpose. */
import type { App } from "cdktf";
import { describe, expect, test } from "vitest";
import type { Lab } from "../../../constructs/index.ts";
import { demos } from "../../../demos/index.ts";
import { fragmentation } from "../../../labs/fragmentation.ts";
import { ipsecOverGre } from "../../../labs/ipsec-over-gre.ts";
import { mtu1400 } from "../../../labs/mtu-1400.ts";
import { pmtudBlackHole } from "../../../labs/pmtud-black-hole.ts";
import { pmtud } from "../../../labs/pmtud.ts";
import { seedAsWritten } from "../../../labs/seed-as-written.ts";
import { transportVsTunnel } from "../../../labs/transport-vs-tunnel.ts";
import { appIn, standInSetUpFolder } from "../constructs/working-folder.ts";

const labs: readonly (readonly [
  (app: App) => Lab,
  string,
  readonly string[],
  readonly (readonly [string, number, number])[],
])[] = [
  [
    transportVsTunnel,
    "transport-vs-tunnel",
    ["esp/weak", "ike/weak-group"],
    [
      ["transport", 1442, 1442],
      ["tunnel", 1422, 1422],
    ],
  ],
  [ipsecOverGre, "ipsec-over-gre", ["tunnel/routing-in-clear"], [["tunnel0", 1476, 1422]]],
  [
    fragmentation,
    "fragmentation",
    ["df/cleared", "esp/weak", "ike/weak-group", "mtu/exceeds-path"],
    [
      ["after", 1476, 1476],
      ["before", 1422, 1422],
    ],
  ],
  [
    pmtud,
    "pmtud",
    ["esp/weak", "ike/weak-group", "mtu/exceeds-path", "tunnel/in-clear"],
    [
      ["gre", 1476, 1376],
      ["ipsec", 1476, 1346],
    ],
  ],
  [
    pmtudBlackHole,
    "pmtud-black-hole",
    ["mtu/exceeds-path"],
    [
      ["hole", 1442, 1342],
      ["cured", 1342, 1342],
    ],
  ],
  [
    mtu1400,
    "mtu-1400",
    ["df/cleared", "esp/weak", "ike/weak-group", "mtu/exceeds-path"],
    [
      ["holds", 1400, 1400],
      ["exceeds", 1400, 1400],
    ],
  ],
  [seedAsWritten, "seed-as-written", [], [["tunnel0", 1400, 1400]]],
];

describe.each(labs)("%o", (declare, name, findings, tunnels) => {
  test(`${name}: what is found, ip mtu, and what a host gets through`, () => {
    const plan = declare(appIn(standInSetUpFolder(name))).plan();
    expect([...new Set(plan.findings.map(({ ruleId }) => ruleId))].sort()).toEqual(findings);
    expect(plan.findings.filter(({ severity }) => severity === "error")).toEqual([]);
    expect(
      plan.tunnels.map((tunnel) => [tunnel.name, tunnel.prediction.ipMtuBytes, tunnel.prediction.hostMtuBytes]),
    ).toEqual(tunnels);
    expect(Object.keys(demos)).toContain(name);
  });
});

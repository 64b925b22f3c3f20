/** The map of rooms is kept, and the check that says so really reads every room. */
import { cruise, type ICruiseResult } from "dependency-cruiser";
import { mkdtempSync, readdirSync, rmSync, writeFileSync, readFileSync, cpSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
// @ts-expect-error plain JavaScript
import untypedConfig from "../.dependency-cruiser.mjs";
// @ts-expect-error plain JavaScript
import { withMap as untypedWithMap } from "../scripts/write-architecture-map.mjs";
// @ts-expect-error plain JavaScript
import { besideRooms as untypedBeside, rooms as untypedRooms } from "../rooms.mjs";

const withMap = untypedWithMap as (page: string) => string;
const rooms = untypedRooms as Record<string, unknown>;
const besideRooms = untypedBeside as string[];
const config = untypedConfig as { forbidden: []; options: object };

async function cruiseRooms(baseDir: string): Promise<ICruiseResult> {
  const answer = await cruise([...Object.keys(rooms), "main.ts"], {
    ...config.options,
    baseDir,
    validate: true,
    ruleSet: { forbidden: config.forbidden },
  });
  return answer.output as ICruiseResult;
}

describe("the rooms as they are", () => {
  let result: ICruiseResult;
  beforeAll(async () => {
    result = await cruiseRooms(process.cwd());
  }, 120_000);

  test.each(Object.keys(rooms))("the room %s is really read", (room) => {
    expect(result.modules.filter((module) => module.source.startsWith(`${room}/`)).length).toBeGreaterThan(0);
  });

  test("no import leaves its room by a wall", () => {
    expect(result.summary.violations.map(({ from, to, rule }) => `${rule.name}: ${from} -> ${to}`)).toEqual([]);
  });

  test("the drawing in docs/architecture.md is of these rooms", () => {
    const page = readFileSync("docs/architecture.md", "utf8");
    expect(withMap(page), "stale: node scripts/write-architecture-map.mjs").toBe(page);
  });

  test("every folder that holds code is a room, or stands beside them by name", () => {
    const folders = readdirSync(".", { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory() && !entry.name.startsWith(".") ? [entry.name] : [],
    );
    expect(folders.filter((folder) => !(folder in rooms) && !besideRooms.includes(folder))).toEqual([]);
  });
});

describe("planted faults", () => {
  // file, the line that is put at its end, the rule that must fire
  const faults: [string, string, string][] = [
    ["model/overhead.ts", 'import { readFileSync } from "node:fs"; void readFileSync;', "model-builtins"],
    ["model/overhead.ts", 'import { Client } from "ssh2"; void Client;', "model-packages"],
    ["model/overhead.ts", 'import { renderNode } from "../dialects/index.ts"; void renderNode;', "model-imports"],
    [
      "dialects/index.ts",
      'import { systemClock } from "../devices/system-clock.ts"; void systemClock;',
      "dialects-imports",
    ],
    [
      "checks/wire.ts",
      'import type { SessionPool } from "../devices/session-pool.ts"; export type X = SessionPool;',
      "checks-imports",
    ],
    [
      "constructs/lab.ts",
      'import { SessionPool } from "../devices/session-pool.ts"; void SessionPool;',
      "constructs-imports",
    ],
    ["constructs/lab.ts", 'import { execSync } from "node:child_process"; void execSync;', "constructs-builtins"],
    [
      "constructs/lab.ts",
      'import { serveProvider } from "../provider/sdk/serve.ts"; void serveProvider;',
      "schema-door",
    ],
    ["provider/schema/resources.ts", 'import { log } from "../sdk/log.ts"; void log;', "provider-schema-is-data"],
    [
      "provider/mirror/link-providers.ts",
      'import { log } from "../sdk/log.ts"; void log;',
      "provider-mirror-stands-alone",
    ],
    ["reports/index.ts", 'const fs = await import("node:fs"); void fs;', "reports-builtins"],
    ["labs/gre-over-ipsec.ts", 'import { planLab } from "../plan/plan-lab.ts"; void planLab;', "labs-imports"],
    ["labs/gre-over-ipsec.ts", 'import { Router as R } from "../constructs/router.ts"; void R;', "doors"],
    ["cli/main.ts", 'import { Lab } from "../constructs/index.ts"; void Lab;', "cli-imports"],
    ["model/suites.ts", 'import { wireBytes } from "./overhead.ts"; void wireBytes;', "no-circular"],
    ["dialects/index.ts", 'import { nothing } from "./nowhere.ts"; void nothing;', "not-to-unresolvable"],
  ];

  test("each is caught by the rule that is meant for it", async () => {
    const copy = mkdtempSync(join(tmpdir(), "tunnelwright-rooms-"));
    try {
      for (const place of [...Object.keys(rooms), "main.ts", "package.json"])
        cpSync(place, join(copy, place), { recursive: true });
      symlinkSync(join(process.cwd(), "node_modules"), join(copy, "node_modules"));
      for (const [file, line] of faults)
        writeFileSync(join(copy, file), `${readFileSync(join(copy, file), "utf8")}\n${line}\n`);
      const home = process.cwd();
      process.chdir(copy);
      const { summary } = await cruiseRooms(copy).finally(() => process.chdir(home));
      // A cycle is reported once, at whichever of its modules was read first.
      const caught = summary.violations.flatMap(({ from, rule, cycle = [] }) =>
        [from, ...cycle.map(({ name }) => name)].map((file) => `${rule.name} in ${file}`),
      );
      expect(faults.map(([file, , rule]) => `${rule} in ${file}`).filter((fault) => !caught.includes(fault))).toEqual(
        [],
      );
    } finally {
      rmSync(copy, { recursive: true, force: true });
    }
  });
});

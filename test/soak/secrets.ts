/** A rebuild, and all that can be asked of the lab afterwards, held to the promise that no secret leaves its file. */
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { WatchedRun } from "../live/secret-scan.ts";
import type { SoakLab } from "./soak-lab.ts";

/** Registers the test; the lab is up before it, and after it. */
export function describeSecrets(lab: SoakLab): void {
  test("no secret leaves its file in a rebuild, nor in what tells of the lab", { timeout: 900_000 }, async () => {
    const watched = new WatchedRun(lab.name);
    try {
      const junit = join(lab.temporary, "rebuild.xml");
      const rebuilt = await watched.command("node", ["dist/cli/main.js", "rebuild", lab.name, "--junit", junit]);
      expect(rebuilt.exitCode, rebuilt.all).toBe(0);
      watched.keep({ kind: "result", place: "rebuild --junit", bytes: readFileSync(junit) });
      rmSync(junit);
      const { report } = await watched.scan();
      expect(report).toMatchObject({ leaks: [], unread: [], problems: [], notAtHome: [] });
    } finally {
      watched.end();
    }
  });
}

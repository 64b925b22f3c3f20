/** A transit that loses a tenth of the packets, each way, and keeps the rest for 200 ms: the lab is configured over it, and its checks tell the truth. */
import { expect, test } from "vitest";
import { askEngine } from "../live/lab-commands.ts";
import type { SoakLab } from "./soak-lab.ts";

const lossPercent = 10;
const delayMs = 200;
/** Two looks or three: a check is not to be saved by asking for minutes. */
const patienceSeconds = 5;

/** Registers the test; the lab is up before it, and unimpaired after it. */
export function describeLossy(lab: SoakLab, verifyCount: number): void {
  test(`over a transit with ${lossPercent} % loss and ${delayMs} ms the lab converges, and no check is wrong`, async () => {
    const table = [`${lossPercent} % loss and ${delayMs} ms each way`];
    const impaired = await lab.run("impair", "isp", "--loss", String(lossPercent), "--delay", String(delayMs));
    expect(impaired.exitCode, impaired.all).toBe(0);
    // They lose all they have, and are configured anew: IKE and what routes begin over the lossy path. The transit stays as it is.
    await Promise.all(
      ["r1", "r2"].map((router) => askEngine("POST", `/containers/tw-${lab.name}-${router}/restart?t=1`)),
    );
    for (let run = 0; run <= verifyCount; run += 1) {
      const ended = run === 0 ? await lab.run("up") : await lab.run("verify", "--patience", String(patienceSeconds));
      const { checks } = lab.latest;
      const failed = checks.filter(({ verdict }) => verdict === "fail").map(({ id, summary }) => `${id}: ${summary}`);
      const unknown = checks
        .filter(({ verdict }) => verdict === "unknown")
        .map(({ id, summary }) => `${id}: ${summary}`);
      table.push(
        `${run === 0 ? "up     " : "verify "} ${ended.seconds.toFixed(1).padStart(5)} s  ${checks.length - failed.length - unknown.length} passed, ${failed.length} failed, ${unknown.length} unknown ${unknown.join("; ")}`,
      );
      expect(failed, ended.all).toEqual([]);
      for (const { id, verdict, evidence, summary } of checks) {
        if (verdict === "pass") expect(evidence.length, id).toBeGreaterThan(0);
        else expect(summary, id).toMatch(/echo requests were answered|did not pass|did not end/);
      }
      expect(ended.exitCode, ended.all).toBe(unknown.length > 0 ? 1 : 0);
    }
    console.log(table.join("\n"));
    const restored = await lab.run("restore", "--all");
    expect(restored.exitCode, restored.all).toBe(0);
  });
}

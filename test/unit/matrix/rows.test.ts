import { expect, test } from "vitest";
import type { RunResult } from "../../../model/run-result.ts";
import { validateLab } from "../../../model/validate-lab.ts";
import {
  differing,
  matrixRows,
  matrixTable,
  measuredRow,
  refusedRows,
  rowName,
  rowSuites,
  shapes,
  type MatrixRow,
} from "../../matrix/rows.ts";
import { withTunnel } from "../model/sound-lab.ts";

const row = { shape: "GRE over IPsec", suite: "aes-gcm-16", mode: "transport", ikeVersion: 2, hasNat: false } as const;

/** A result whose numbers are as predicted, but for those that are named. */
function result(measured: Readonly<Record<string, string>> = {}, without = ""): RunResult {
  const fact = (quantity: string, predicted: string) => {
    const seen = measured[quantity] ?? predicted;
    return { quantity, unit: "", predicted, measured: seen, agrees: seen === predicted };
  };
  const bothEnds = (words: readonly (readonly [string, string])[]) =>
    ["r1", "r2"].flatMap((router) => words.map(([what, predicted]) => fact(`${what} at ${router}`, predicted)));
  const check = (kind: string, facts: ReturnType<typeof fact>[]) => ({
    id: `tunnel0/${kind}`,
    kind,
    title: kind,
    verdict: "pass" as const,
    summary: "",
    blockedBy: [],
    facts: facts.filter(({ quantity }) => quantity !== without),
    lookAt: [],
    settle: { name: "none", timeoutMs: 0 },
    evidence: [],
    durationMs: 1,
  });
  const ways = ["r1 → r2", "r2 → r1"];
  return {
    format: "tunnelwright-run/1",
    lab: "matrix-a",
    planSha256: "",
    startedAt: "",
    durationMs: 1,
    verdict: "pass",
    kernels: {},
    checks: [
      check(
        "ike-sa",
        bothEnds([
          ["IKE version", "2"],
          ["IKE cipher", "AES_CBC-256"],
        ]),
      ),
      check(
        "child-sa",
        bothEnds([
          ["mode", "transport"],
          ["ESP cipher", "AES_GCM_16-256"],
          ["ESP integrity", "none"],
        ]),
      ),
      check(
        "path-mtu",
        ["h1 → h2", "h2 → h1"].map((way) => fact(`tunnel MTU told for 1443 bytes ${way}`, "1442")),
      ),
      check(
        "wire",
        ways.flatMap((way) =>
          [200, 1000, 1442].map((size) => fact(`${size} bytes inside, on the wire ${way}`, String(size + 58))),
        ),
      ),
    ],
  };
}

test("every suite of the model, in two modes, with and without a NAT: each once, deployed or refused by its rule", () => {
  expect(Object.keys(rowSuites)).toHaveLength(29);
  // Eight have names, and go by both versions of IKE.
  const otherShapes = matrixRows.filter(({ shape }) => shape !== "GRE over IPsec");
  expect(matrixRows).toHaveLength((29 + 8) * 2 * 2 - 4 + otherShapes.length);
  expect(new Set(matrixRows.map(({ shape }) => shape))).toEqual(new Set(Object.keys(shapes)));
  expect(new Set([...matrixRows, ...refusedRows.rows].map(rowName)).size).toBe(matrixRows.length + 4);
  const errorsOf = ({ suite, mode, ikeVersion }: MatrixRow) =>
    validateLab(withTunnel({ ...rowSuites[suite], mode, ikeVersion })).findings.flatMap(({ severity, ruleId }) =>
      severity === "error" ? [ruleId] : [],
    );
  expect(refusedRows.rows.map(errorsOf)).toEqual(refusedRows.rows.map(() => [refusedRows.rule]));
  expect(matrixRows.filter((row) => !otherShapes.includes(row)).flatMap(errorsOf)).toEqual([]);
});

test("a row whose numbers are all as predicted differs in nothing", () => {
  const measured = measuredRow(row, result(), 10);
  expect(differing(measured)).toEqual([]);
  expect(matrixTable([measured])[1]).toEqual([
    "GRE over IPsec",
    "aes-gcm-16",
    "transport",
    "v2",
    "no",
    "AES_GCM_16-256",
    "1442 / 1442",
    "258 / 258",
    "1058 / 1058",
    "1500 / 1500",
    "0",
  ]);
});

test.each([
  ["tunnel MTU told for 1443 bytes h2 → h1", "1422"],
  ["1000 bytes inside, on the wire r2 → r1", "1080"],
  ["mode at r2", "tunnel"],
  ["ESP cipher at r1", "AES_GCM_16-128"],
  ["IKE version at r1", "1"],
])("a planted difference is seen: %s", (quantity, seen) => {
  expect(differing(measuredRow(row, result({ [quantity]: seen }), 10))).toMatchObject([{ quantity, measured: seen }]);
});

test("GRE alone is measured without SAs, and refuses them", () => {
  const bare = { ...row, shape: "GRE alone", suite: "none" } as const;
  expect(() => measuredRow(bare, result(), 10)).toThrow("10 2 6 numbers were measured instead of 0 2 6");
});

test("a number that was not measured is no row", () => {
  expect(() => measuredRow(row, result({}, "mode at r2"), 10)).toThrow("9 2 6 numbers were measured instead of 10 2 6");
});

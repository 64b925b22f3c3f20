import { describe, expect, it } from "vitest";
import { makeLog, type LogLevel } from "../../../provider/sdk/log.ts";

function logged(environment: Readonly<Record<string, string>>): Record<string, unknown>[] {
  const lines: string[] = [];
  const log = makeLog((line) => lines.push(line), environment);
  for (const level of ["trace", "debug", "info", "warn", "error"] as const) log[level](`a ${level}`);
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe("the log", () => {
  it.each<[string, Record<string, string>, LogLevel | undefined]>([
    ["nothing asked", {}, "warn"],
    ["TF_LOG", { TF_LOG: "DEBUG" }, "debug"],
    ["TF_LOG_PROVIDER before TF_LOG", { TF_LOG: "TRACE", TF_LOG_PROVIDER: "error" }, "error"],
    ["an empty TF_LOG_PROVIDER", { TF_LOG: "info", TF_LOG_PROVIDER: "" }, "info"],
    ["json", { TF_LOG: "JSON" }, "trace"],
    ["off", { TF_LOG: "off" }, undefined],
  ])("begins at the level of %s", (_title, environment, least) => {
    expect(logged(environment)[0]?.["@level"]).toBe(least);
  });

  it("writes lines that go-plugin reads", () => {
    const lines: string[] = [];
    makeLog((line) => lines.push(line), { TF_LOG: "info" }).info("pushed", {
      node: "r1",
      bytes: 7n,
      "@level": "error",
    });
    expect(lines[0]).toMatch(/}\n$/);
    const line = JSON.parse(lines[0]!) as Record<string, string>;
    expect(line).toMatchObject({
      "@level": "info",
      "@message": "pushed",
      "@module": "provider",
      node: "r1",
      bytes: "7",
    });
    expect(line["@timestamp"]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
  });

  it("tells an error with its stack", () => {
    const lines: string[] = [];
    makeLog((line) => lines.push(line), {}).error("threw", { error: new Error("a bug") });
    expect(lines[0]).toContain("Error: a bug\\n    at ");
  });
});

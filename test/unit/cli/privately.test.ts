import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { privately } from "../../../cli/terraform/privately.ts";

test("what is started makes files that are the user's alone; this process goes on as it was", () => {
  const before = process.umask(0o000);
  try {
    expect(privately(() => execFileSync("sh", ["-c", "umask"], { encoding: "utf8" }))).toBe("0077\n");
    expect(execFileSync("sh", ["-c", "umask"], { encoding: "utf8" })).toBe("0000\n");
    expect(() =>
      privately(() => {
        throw new Error("no such program");
      }),
    ).toThrow();
    expect(execFileSync("sh", ["-c", "umask"], { encoding: "utf8" })).toBe("0000\n");
  } finally {
    process.umask(before);
  }
});

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { readFirewall } from "../../../dialects/iptables/read.ts";
import { renderFirewall } from "../../../dialects/iptables/render.ts";
import { nodes } from "../../cases/gre-over-ipsec/model.ts";

const live = readFileSync(new URL("recordings/r1/iptables-save.txt", import.meta.url), "utf8");
const expected = renderFirewall(nodes[0]!);
const lines = (text: string): string[] => text.split("\n");
const without = (text: string, part: string): string => {
  const kept = lines(text).filter((line) => !line.includes(part));
  expect(kept.length).toBeLessThan(lines(text).length);
  return kept.join("\n");
};

describe("the live firewall in the form of its text", () => {
  test("is the same text when nothing drifted, byte for byte", () => {
    expect(readFirewall(live, expected)).toBe(expected);
  });

  test("is the same text with counters (iptables-save -c)", () => {
    expect(readFirewall(live.replaceAll(/^-A/gm, "[12:3456] -A"), expected)).toBe(expected);
  });

  test("a rule that is gone", () => {
    expect(readFirewall(without(live, "--dir out"), expected)).toBe(without(expected, "--dir out"));
  });

  test("a rule that came", () => {
    const rule = "-A TW-INPUT -p gre -j ACCEPT";
    expect(readFirewall(live.replace("-A TW-INPUT", `${rule}\n-A TW-INPUT`), expected)).toBe(
      expected.replace("-A TW-INPUT", `${rule}\n-A TW-INPUT`),
    );
  });

  test("a chain that nobody jumps to protects nothing, so it counts as gone", () => {
    expect(readFirewall(without(live, "-A OUTPUT -j TW-OUTPUT"), expected)).toBe(without(expected, "TW-OUTPUT"));
  });

  test("no firewall at all", () => {
    expect(readFirewall("", expected)).toBe("*filter\nCOMMIT\n*mangle\nCOMMIT\n");
  });

  test("nothing is expected of a host", () => {
    expect(readFirewall(live, "")).toBe("");
  });
});

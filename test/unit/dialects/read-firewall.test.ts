import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { findGuard, readFirewall } from "../../../dialects/iptables/read.ts";
import { guardRules } from "../../../dialects/iptables/render.ts";
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

describe("the drop of unprotected GRE", () => {
  const drops = (here: string, there: string) =>
    guardRules({
      order: "gre-over-ipsec",
      localOuterAddress: here,
      remoteOuterAddress: there,
      outsideInterface: "eth0",
      selectors: { local: [], remote: [] },
      sites: { local: [], remote: [] },
    });
  const [dropIn = "", dropOut = ""] = drops("198.51.100.2", "203.0.113.2");
  const guard = (text: string, way: "in" | "out" = "out") => findGuard(text, way === "in" ? dropIn : dropOut);
  const before = (rule: string, mark: RegExp) => {
    const at = lines(live).findIndex((line) => mark.test(line));
    expect(at).toBeGreaterThan(0);
    return [...lines(live).slice(0, at), rule, ...lines(live).slice(at)].join("\n");
  };

  test("is in force, both ways, also in a text with counters", () => {
    expect([guard(live), guard(live, "in")]).toEqual(["in force", "in force"]);
    expect(guard(live.replaceAll(/^-A/gm, "[12:3456] -A"))).toBe("in force");
  });

  test("is absent without its rule, without the jump to its chain, and on another router", () => {
    expect(guard(without(live, "--dir out"))).toBe("absent");
    expect(guard(without(live, "-A OUTPUT -j TW-OUTPUT"))).toBe("absent");
    expect(findGuard(live, drops("198.51.100.9", "203.0.113.2")[1] ?? "")).toBe("absent");
    expect(guard("")).toBe("absent");
  });

  test.each([
    ["-A OUTPUT -p gre -j ACCEPT", /^-A OUTPUT /],
    ["-A OUTPUT -p 47 -j ACCEPT", /^-A OUTPUT /],
    ["-A OUTPUT -o eth0 -j ACCEPT", /^-A OUTPUT /],
    ["-A TW-OUTPUT -j RETURN", /^-A TW-OUTPUT /],
  ])("is overruled by %s before it", (rule, mark) => {
    expect(guard(before(rule, mark))).toBe(`overruled by ${rule}`);
  });

  test("is not overruled by a rule for TCP", () => {
    expect(guard(before("-A OUTPUT -p tcp -j ACCEPT", /^-A OUTPUT /))).toBe("in force");
  });
});

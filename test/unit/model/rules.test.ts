import fc from "fast-check";
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { DeclarationError, formatFindings, hasErrors, type Finding } from "../../../model/finding.ts";
import { rules, type RuleId } from "../../../model/rules/catalogue.ts";
import { validateLab } from "../../../model/validate-lab.ts";
import { ruleCases } from "./rule-cases.ts";
import { changed, soundLab, withTunnel } from "./sound-lab.ts";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const ruleIds = Object.keys(rules) as RuleId[];
const fileName = (ruleId: string) => ruleId.replace("/", "-");
const idsOf = (findings: readonly Finding[]) => findings.map((f) => f.ruleId);

test("a sound lab has nothing to tell", () => {
  const { lab, findings } = validateLab(soundLab());
  expect(findings).toEqual([]);
  expect(lab?.tunnels[0]?.left.end.ipMtuBytes).toBe(1442);
});

describe("every rule", () => {
  test("has a case, and no case is without a rule", () => {
    expect(Object.keys(ruleCases).sort()).toEqual([...ruleIds].sort());
  });

  test("has a page in docs/rules, and no page is without a rule", () => {
    // Those of IOS configurations have a test of their own.
    const pages = readdirSync(here("../../../docs/rules")).filter(
      (name) => name !== "README.md" && !name.startsWith("ios-"),
    );
    expect(pages.sort()).toEqual(ruleIds.map((id) => `${fileName(id)}.md`).sort());
  });

  test("has a golden, and no golden is without a rule", () => {
    const goldens = readdirSync(here("golden")).filter((name) => name.endsWith(".txt"));
    expect(goldens.sort()).toEqual([...ruleIds, "faults-together"].map((id) => `${fileName(id)}.txt`).sort());
  });

  test.each(ruleIds)("%s is the one thing found where it alone is broken", async (ruleId) => {
    const broken = ruleCases[ruleId];
    const { lab, findings } =
      "declaration" in broken ? validateLab(broken.declaration) : { lab: null, findings: broken.find() };
    expect(findings.map((f) => [f.ruleId, f.where])).toEqual([[ruleId, broken.where]]);
    expect(lab === null).toBe(rules[ruleId].severity === "error");
    await expect(`${formatFindings(findings)}\n`).toMatchFileSnapshot(`golden/${fileName(ruleId)}.txt`);
  });
});

describe("faults of many kinds", () => {
  const faulty = changed((lab) => {
    lab.nodes.h1!.interfaces.eth0!.address = "192.0.2.256/26";
    lab.nodes.h2!.interfaces.eth0!.segment = "r3-inside";
    lab.nodes.r2!.interfaces.eth1!.address = "192.0.2.2/26";
    lab.nodes.r1!.routes![0]!.via = "203.0.113.1";
    lab.tunnels.tunnel0 = {
      left: { router: "r1", interface: "eth0", address: "192.0.2.129/30" },
      right: { router: "r2", interface: "eth0", address: "192.0.2.129/30" },
      ipMtuBytes: 1500,
      esp: { encryption: "aes-gcm-16", integrity: "sha512-256" },
      routing: { protocol: "eigrp" },
    };
  });

  test("are all told at once", async () => {
    const { lab, findings } = validateLab(faulty);
    expect(lab).toBeNull();
    expect(new Set(idsOf(findings))).toEqual(
      new Set([
        "address/invalid",
        "address/overlap",
        "address/equal-ends",
        "address/wrong-subnet",
        "reference/unknown",
        "mtu/exceeds-path",
        "esp/aead-with-integrity",
        "routing/eigrp-on-linux",
      ]),
    );
    await expect(`${formatFindings(findings)}\n`).toMatchFileSnapshot("golden/faults-together.txt");
  });

  test("stand in the message of the error, errors first", () => {
    const lab = withTunnel({ suite: "3des-sha1", ipMtuBytes: 1476 });
    const { findings } = validateLab(lab);
    const { message } = new DeclarationError("two-sites", findings);
    expect(message).toMatch(/^lab two-sites: 1 fault to mend before it can be built\n✖ ip mtu 1476/);
    expect(idsOf(findings)).toContain("esp/weak");
    expect(message.indexOf("✖")).toBeLessThan(message.indexOf("▲"));
  });

  test("of the shape are told together too", () => {
    const { findings } = validateLab({ ...soundLab(), name: "Two Sites", tunnels: 7, colour: "red" });
    expect(findings.map((f) => f.where).sort()).toEqual(["name", "the declaration", "tunnels"]);
  });
});

describe("the two ends of a tunnel", () => {
  test("are not the same interface", () => {
    const lab = withTunnel({ right: { router: "r1", interface: "eth0", address: "192.0.2.130/30" } });
    expect(idsOf(validateLab(lab).findings)).toEqual(["address/equal-ends"]);
  });

  test("are not two interfaces of one router", () => {
    const lab = withTunnel({ right: { router: "r1", interface: "eth1", address: "192.0.2.130/30" } });
    expect(idsOf(validateLab(lab).findings)).toContain("address/equal-ends");
  });

  test("do not have one outer address on two segments", () => {
    const lab = changed(({ nodes }) => {
      nodes.r2!.interfaces.eth0!.address = "198.51.100.2/30";
      nodes.r2!.routes = [];
      nodes.isp!.interfaces.eth1!.address = "198.51.100.1/30";
    });
    expect(idsOf(validateLab(lab).findings)).toEqual(["address/overlap", "address/equal-ends"]);
  });
});

describe("the tunnel's ip mtu", () => {
  test.each([
    [1442, []],
    [1443, ["mtu/exceeds-path"]],
    [576, []],
    [575, ["mtu/below-minimum"]],
  ])("%i is judged to the byte", (ipMtuBytes, expected) => {
    expect(idsOf(validateLab(withTunnel({ ipMtuBytes })).findings)).toEqual(expected);
  });

  test("is judged by the narrowest segment of the way", () => {
    const lab = withTunnel({ ipMtuBytes: 1343 });
    lab.segments.right = { mtuBytes: 1400 };
    expect(validateLab(lab).findings[0]?.what).toBe("ip mtu 1343 is larger than the path can carry: 1342 bytes fit");
  });

  test("over a path too narrow for IP's minimum is mended at the path", () => {
    const lab = soundLab();
    lab.segments.left = { mtuBytes: 600 };
    const [finding] = validateLab(lab).findings;
    expect(finding?.ruleId).toBe("mtu/below-minimum");
    expect(finding?.fix).toBe("widen the path of 600 bytes: it leaves 542 for the tunnel");
  });
});

const hostile: readonly [string, string][] = [
  ["a command substitution", "$(rm -rf /)"],
  ["quotes", `r1"; drop 'table`],
  ["newlines", "r1\nlocal_addrs = 0.0.0.0/0\n"],
  ["terminal escapes", "\u001b[2Jr1"],
  ["10,000 characters", "r".repeat(10_000)],
  ["nothing", ""],
  ["a name every object knows", "constructor"],
  ["the name of every object's maker", "__proto__"],
  ["a path", "../../etc/passwd"],
  ["a NUL", "r1\u0000"],
];

describe("a hostile name", () => {
  /** What a terminal is shown: no line of the text is longer than people read, and none begins by itself. */
  const isTame = (findings: readonly Finding[]) => {
    const text = formatFindings(findings);

    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f]/);
    expect(text.split("\n")).toHaveLength(findings.length * 4);
    expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThan(500);
  };
  const refused = (declaration: unknown) => {
    const { lab, findings } = validateLab(declaration);
    expect(lab).toBeNull();
    expect(hasErrors(findings)).toBe(true);
    isTame(findings);
  };
  const own = (name: string, value: unknown) =>
    JSON.parse(`{${JSON.stringify(name)}:${JSON.stringify(value)}}`) as Record<string, unknown>;

  test.each(hostile)("of the lab: %s", (_, name) => {
    refused({ ...soundLab(), name });
  });

  test.each(hostile)("of a router a tunnel names: %s", (_, name) => {
    refused(withTunnel({ left: { ...soundLab().tunnels.tunnel0!.left, router: name } }));
  });

  test.each(hostile)("of an interface a tunnel names: %s", (_, name) => {
    refused(withTunnel({ left: { ...soundLab().tunnels.tunnel0!.left, interface: name } }));
  });

  test.each(hostile)("of a segment an interface names: %s", (_, name) => {
    refused(changed(({ nodes }) => (nodes.r1!.interfaces.eth0!.segment = name)));
  });

  test.each(hostile)("as an address: %s", (_, name) => {
    refused(changed(({ nodes }) => (nodes.r1!.interfaces.eth0!.address = name)));
    refused(changed(({ nodes }) => (nodes.r1!.interfaces.eth0!.address = `${name}/24`)));
    refused(changed(({ nodes }) => (nodes.r1!.routes![0]!.destination = `192.0.2.0/${name}`)));
    refused(changed(({ nodes }) => (nodes.r1!.routes![0]!.via = name)));
  });

  const notNames = hostile.filter(([, name]) => name !== "__proto__");
  test.each(notNames)("of a node, a segment, a tunnel or a field: %s", (_, name) => {
    const lab = soundLab();
    refused({ ...lab, nodes: { ...lab.nodes, ...own(name, lab.nodes.h1) } });
    refused({ ...lab, segments: { ...lab.segments, ...own(name, {}) } });
    refused({ ...lab, tunnels: own(name, lab.tunnels.tunnel0) });
    refused({ ...lab, ...own(name, 1) });
  });

  test.each(["eth0", "lo", "mgmt0", "gre0", "gretap0", "erspan0", "tunl0", "sit0"])(
    "a tunnel is not called %s: that device is there already",
    (name) => refused({ ...soundLab(), tunnels: { [name]: soundLab().tunnels.tunnel0 } }),
  );
});

describe("never throws", () => {
  test("whatever it is given", () => {
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withDate: true, withNullPrototype: true }), (thing) => {
        expect(validateLab(thing).lab).toBeNull();
      }),
      { numRuns: 1000 },
    );
  });

  test("given what JSON cannot hold", () => {
    const circular: Record<string, unknown> = { name: "a" };
    circular.segments = circular;
    for (const thing of [circular, { name: 1n }, { name: Symbol("a") }, { name: () => 1 }, undefined])
      expect(validateLab(thing).lab).toBeNull();
  });

  test("when any one value of a sound lab is replaced by anything", () => {
    const paths: string[][] = [];
    const walk = (value: unknown, path: string[]) => {
      paths.push(path);
      if (typeof value === "object" && value !== null)
        for (const [key, below] of Object.entries(value)) walk(below, [...path, key]);
    };
    walk(soundLab(), []);
    const replaced = (path: string[], value: unknown): unknown => {
      const lab = soundLab() as unknown as Record<string, unknown>;
      const last = path.at(-1);
      if (last === undefined) return value;
      let place = lab;
      for (const step of path.slice(0, -1)) place = place[step] as Record<string, unknown>;
      place[last] = value;
      return lab;
    };
    const values = fc.oneof(
      fc.jsonValue(),
      fc.string(),
      fc.constantFrom(...hostile.map(([, name]) => name)),
      fc.ipV4Extended(),
      fc.tuple(fc.ipV4(), fc.nat(40)).map(([address, length]) => `${address}/${length}`),
      fc.constantFrom("left", "right", "r1", "h2", "isp", "eth0", "eth1", 1500, 0, -1),
    );
    fc.assert(
      fc.property(fc.constantFrom(...paths), values, (path, value) => {
        const { lab, findings } = validateLab(replaced(path, value));
        expect(lab === null).toBe(hasErrors(findings));
      }),
      { numRuns: 3000 },
    );
  });
});

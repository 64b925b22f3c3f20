/** Every example in a docstring of the public rooms is run: what stands behind `// ` at a line's end is what the expression gives. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, expect, test } from "vitest";

const root = resolve(import.meta.dirname, "../../..");
const folder = mkdtempSync(join(root, "test/unit/docs/run-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Example {
  readonly place: string;
  readonly code: string;
}

function examplesOf(room: string): Example[] {
  return readdirSync(join(root, room))
    .filter((name) => name.endsWith(".ts"))
    .flatMap((name) => {
      const text = readFileSync(join(root, room, name), "utf8");
      return [...text.matchAll(/@example\s+\* ```ts\n([\s\S]*?)\* ```/g)].map(([, lines = ""], index) => ({
        place: `${room}/${name}${index > 0 ? ` (${index + 1})` : ""}`,
        code: lines.replace(/^ *\* ?/gm, ""),
      }));
    });
}

/** What an example may take for granted. Those it declares itself are left out. */
const constructsPrelude: readonly (readonly [string, string])[] = [
  ["app", "new App({ outdir: OUT })"],
  ["lab", 'new Lab(app, "example", { workingFolder: OUT, routerImage: "example:1", addressBlockThirdOctet: 0 })'],
  ["isp", 'new Wan(lab, "isp", { left: "198.51.100.1/30", right: "203.0.113.1/30" })'],
  ["r1", 'new Router(lab, "r1", { transit: isp.left, outside: "198.51.100.2/30", inside: "192.168.10.1/24" })'],
  ["r2", 'new Router(lab, "r2", { transit: isp.right, outside: "203.0.113.2/30", inside: "192.168.20.1/24" })'],
];

function constructsProgram(code: string): string {
  const declared = (name: string) => new RegExp(`const ${name} =`).test(code);
  const givesLab = declared("lab");
  // What needs the thing that the example declares comes after it.
  const first = constructsPrelude.findIndex(([name]) => declared(name));
  const lines = (from: number, to?: number) =>
    constructsPrelude
      .slice(from, to)
      .flatMap(([name, value]) =>
        declared(name) || (givesLab && name !== "app") ? [] : [`const ${name} = ${value};`],
      );
  const before = first < 0 ? lines(0) : lines(0, first);
  const after = first < 0 ? [] : lines(first);
  const given = givesLab
    ? code
        .replace(
          /new Lab\(app, ("[^"]*")\)/,
          'new Lab(app, $1, { workingFolder: OUT, routerImage: "example:1", addressBlockThirdOctet: 0 })',
        )
        .replace(
          /(new HubAndSpoke\(app, "[^"]*", \{)/,
          '$1 workingFolder: OUT, routerImage: "example:1", addressBlockThirdOctet: 0,',
        )
    : code;
  return [
    'import { App, Testing } from "cdktf";',
    'import { CoreRouter, DualHub, GreIpsecTunnel, Host, hostsFromEnvironment, HubAndSpoke, IpsecTunnel, Lab, Link, RedundantTunnels, Router, Segment, Transit, Wan } from "../../../../constructs/index.ts";',
    `const OUT = ${JSON.stringify(join(folder, "out"))};`,
    ...before,
    given,
    ...after,
    "void [CoreRouter, DualHub, GreIpsecTunnel, Host, hostsFromEnvironment, HubAndSpoke, IpsecTunnel, Link, RedundantTunnels, Router, Segment, Transit, Wan];",
    "export const synthesized: string = Testing.synth(lab);",
  ].join("\n");
}

async function importProgram(name: string, program: string): Promise<Record<string, unknown>> {
  mkdirSync(join(folder, "out"), { recursive: true });
  const file = join(folder, `${name.replace(/\W+/g, "-")}.ts`);
  writeFileSync(file, program);
  return (await import(file)) as Record<string, unknown>;
}

const constructs = examplesOf("constructs");
test("every public construct has an example", () => {
  const places = constructs.map(({ place }) => place.replace(/ .*/, ""));
  for (const name of [
    "lab",
    "wan",
    "router",
    "host",
    "segment",
    "gre-ipsec-tunnel",
    "ipsec-tunnel",
    "redundant-tunnels",
    "core-router",
    "dual-hub",
    "link",
  ])
    expect(places).toContain(`constructs/${name}.ts`);
});

test.each(constructs)("$place runs and synthesizes", async ({ place, code }) => {
  const { synthesized } = await importProgram(place, constructsProgram(code));
  expect(JSON.parse(String(synthesized))).toHaveProperty("resource.docker_network");
});

const modelDoor = "../../../../model";
const overheadExamples = examplesOf("model").filter(({ place }) => /^model\/(overhead|fragments)/.test(place));
test.each(overheadExamples)("$place gives what it says", async ({ place, code }) => {
  const gcmTransport = `const gcmTransport = { order: "gre-over-ipsec", outerFamily: "ipv4", gre: { key: false, checksum: false, sequence: false },
    esp: { encryption: "aes-gcm-16", keyBits: 256, integrity: "none" }, mode: "transport", natTraversal: false } as const;`;
  const claims: string[] = [];
  const lines = code.split("\n").map((line) => {
    const claim = /^(\w+\(.*\)); \/\/ (.+)$/.exec(line);
    if (!claim) return line;
    claims.push(line);
    return `claims.push([${claim[1] ?? ""}, ${claim[2] ?? ""}]);`;
  });
  const program = [
    `import { espPlaintextMtuBytes, greHeaderBytes, largestInnerBytes, layersOf, wireBytes } from "${modelDoor}/overhead.ts";`,
    `import { fragmentsOf, reassembledBytes } from "${modelDoor}/fragments.ts";`,
    "export const claims: [unknown, unknown][] = [];",
    ...(code.includes("const gcmTransport") ? [] : [gcmTransport]),
    ...lines,
    "void [espPlaintextMtuBytes, fragmentsOf, greHeaderBytes, largestInnerBytes, layersOf, reassembledBytes, wireBytes];",
  ].join("\n");
  const made = await importProgram(place, program);
  expect(claims.length).toBeGreaterThan(0);
  for (const [given, claimed] of made.claims as [unknown, unknown][]) expect(given).toEqual(claimed);
});

/** `packet` as it is called: the story, the document, the picture, and its exit code. */
import { execa } from "execa";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";

const root = join(import.meta.dirname, "../../..");

async function packet(args: readonly string[], input: unknown) {
  const { stdout, stderr, exitCode } = await execa("node", ["--import", "tsx", "cli/main.ts", "packet", ...args], {
    cwd: root,
    input: typeof input === "string" ? input : JSON.stringify(input),
    reject: false,
  });
  return { stdout, stderr, exitCode };
}

const seed = {
  outer: { mtuBytes: 1500 },
  order: "gre-over-ipsec",
  esp: { encryption: "3des-cbc", integrity: "sha1-96", mode: "tunnel" },
};

test("double fragmentation as a story, with the wire's 1500, 72 and 120", async () => {
  const { stdout, exitCode } = await packet([], {
    tunnel: { ...seed, platform: "ios" },
    linkMtusBytes: [1500, 1500],
    outerDf: "clear",
    packets: [{ bytes: 1500, df: false }],
  });
  expect(exitCode).toBe(0);
  await expect(stdout).toMatchFileSnapshot("golden/double-fragmentation.txt");
});

test("a specification of predict is enough: a host that is told goes on until it gets through", async () => {
  const { stdout, exitCode } = await packet(["--json"], { ...seed, innerBytes: 1500 });
  expect(exitCode).toBe(0);
  const { packets } = JSON.parse(stdout) as { packets: { bytes: number; delivered: boolean }[] };
  expect(packets.map(({ bytes, delivered }) => [bytes, delivered])).toEqual([
    [1500, false],
    [1476, false],
    [1422, true],
  ]);
});

test("lost for good: exit code 1", async () => {
  const { stdout, exitCode } = await packet(["--once"], { ...seed, innerBytes: 1500 });
  expect(exitCode).toBe(1);
  expect(stdout).toContain("r1 → h1  ICMP type 3 code 4: fragmentation needed, next-hop MTU 1476");
});

test("a picture that stands by itself, and says in words what it shows", async () => {
  const folder = mkdtempSync(join(tmpdir(), "tunnelwright-svg-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  await packet(["--svg", join(folder, "packet.svg")], { ...seed, innerBytes: 1400 });
  const svg = readFileSync(join(folder, "packet.svg"), "utf8");
  expect(svg).toContain("ESP IV 8; GRE's IPv4 20, encrypted; GRE 4, encrypted; inner packet 1400, encrypted");
  expect(svg.match(/<rect class="box/g)).toHaveLength(9);
  expect(svg).not.toMatch(/href|url\(|<script/);
});

test.each([
  [
    "every fault with its place",
    { tunnel: { order: "gre" }, packets: [{ bytes: 3 }] },
    /tunnel\.outer.*\n.*packets\.0\.bytes/,
  ],
  [
    "an outer family whose life is not told",
    { ...seed, outer: { family: "ipv6", mtuBytes: 1500 }, innerBytes: 1400 },
    /IPv4/,
  ],
])("misuse: %s", async (_, input, message) => {
  const { stdout, stderr, exitCode } = await packet([], input);
  expect([exitCode, stdout]).toEqual([2, ""]);
  expect(stderr).toMatch(message);
});

test("a lab that was never planned is lacking", async () => {
  const { stderr, exitCode } = await packet(["--lab", "no-such-lab"], "");
  expect(exitCode).toBe(3);
  expect(stderr).toContain('there is no plan of a lab "no-such-lab"');
});

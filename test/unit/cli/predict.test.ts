/** `predict` as it is called: what it prints, where, and its exit code. */
import { execa } from "execa";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../../..");

async function predict(args: readonly string[], input: unknown) {
  const given = typeof input === "string" ? input : JSON.stringify(input);
  const { stdout, stderr, exitCode } = await execa("node", ["--import", "tsx", "cli/main.ts", "predict", ...args], {
    cwd: root,
    input: given,
    reject: false,
  });
  return { stdout, stderr, exitCode };
}

const gcm = {
  outer: { mtuBytes: 1500 },
  order: "gre-over-ipsec",
  esp: { encryption: "aes-gcm-16", mode: "transport" },
};

test("one specification gives an object, a list gives a list", async () => {
  const one = await predict(["--json"], { ...gcm, innerBytes: 1500 });
  expect(one.exitCode).toBe(0);
  expect(JSON.parse(one.stdout)).toMatchObject({
    tunnelIpMtuBytes: 1442,
    outerPacketBytes: 1560,
    fragmentsOnWire: [1500, 80],
  });
  const list = await predict(["-", "--json"], [gcm, { outer: { mtuBytes: 1400 }, order: "gre" }]);
  expect((JSON.parse(list.stdout) as { tunnelIpMtuBytes: number }[]).map((each) => each.tunnelIpMtuBytes)).toEqual([
    1442, 1376,
  ]);
});

test("a person reads a block with a picture, and the arithmetic when asked", async () => {
  const { stdout, exitCode } = await predict(["--explain"], { ...gcm, innerBytes: 100 });
  expect(exitCode).toBe(0);
  expect(stdout).toContain("ip mtu of the tunnel  1442");
  expect(stdout).toContain("│ outer IPv4     20 │");
  expect(stdout).toMatch(/- {4}8 {2}ESP IV +RFC 4106 section 3\.1/);
});

test("a pair that cannot be is told, and the others are predicted", async () => {
  const { stdout, exitCode } = await predict(["--json"], [{ ...gcm, esp: { ...gcm.esp, integrity: "sha1-96" } }, gcm]);
  expect(exitCode).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject([
    { tunnelIpMtuBytes: null, findings: [{ ruleId: "esp/aead-with-integrity" }] },
    { tunnelIpMtuBytes: 1442, findings: [] },
  ]);
});

test.each([
  [
    "faults, each with its place",
    [{ order: "gre" }, { ...gcm, innerBytes: 3 }],
    /✖ \[0\]\.outer: .*\n✖ \[1\]\.innerBytes: /,
  ],
  ["what is not JSON", "{", /^✖ standard input is not JSON: /],
  ["nothing", "", /^✖ standard input is empty: a specification in JSON is wanted/],
])("misuse: %s", async (_, input, message) => {
  const { stdout, stderr, exitCode } = await predict([], input);
  expect(exitCode).toBe(2);
  expect(stdout).toBe("");
  expect(stderr).toMatch(message);
});

test("a file that is not there is misuse too", async () => {
  const { stderr, exitCode } = await predict(["/no/such.json"], "");
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(/^✖ \/no\/such\.json cannot be read: /);
});

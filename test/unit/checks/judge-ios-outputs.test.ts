/** Pasted outputs against a plan: each fact passes once, fails once, and is unknown once. */
import { describe, expect, test } from "vitest";
import type { PastedOutput } from "../../../checks/ios/ios-evidence.ts";
import { iosTransformName } from "../../../checks/ios/ios-names.ts";
import { judgeIosOutputs } from "../../../checks/ios/judge-ios-outputs.ts";
import type { LabPlan } from "../../../model/plan-document.ts";
import { runResultSchema, type CheckResult } from "../../../model/run-result.ts";
import { espEncryptions } from "../../../model/suites.ts";
import { iosOutputs, type EndSample } from "./ios-samples.ts";
import { plannedLab } from "./samples.ts";

const plan = plannedLab();

function judge(outputs: readonly PastedOutput[], from: LabPlan = plan) {
  return judgeIosOutputs({ plan: from, planSha256: "0".repeat(64), outputs, nowIso: "2026-01-01T00:00:00.000Z" });
}

function checkOf(outputs: readonly PastedOutput[], kind: string, from: LabPlan = plan): CheckResult {
  const check = judge(outputs, from).checks.find((each) => each.kind === kind);
  if (!check) throw new Error(`no check ${kind}`);
  return check;
}

const judgedKinds = ["ike-sa", "child-sa", "ends-agree", "tunnel-up", "ospf-full"];

test("outputs as predicted: what they show passes, what they cannot show is unknown, and so is the whole", () => {
  const result = judge(iosOutputs(plan));
  expect(() => runResultSchema.parse(result)).not.toThrow();
  for (const { kind, verdict, summary } of result.checks) {
    expect(`${kind} ${verdict}`).toBe(`${kind} ${judgedKinds.includes(kind) ? "pass" : "unknown"}`);
    if (!judgedKinds.includes(kind)) expect(summary).toBe("no output that can be read shows it: it takes packets");
  }
  expect(result.checks.some(({ id }) => id.includes("drill"))).toBe(false);
  expect(result.verdict).toBe("unknown");
});

test("only the kinds that were asked for: then the whole may pass", () => {
  const asked = { plan, planSha256: "", outputs: iosOutputs(plan), nowIso: "" };
  expect(judgeIosOutputs({ ...asked, kinds: ["ike-sa", "child-sa"] })).toMatchObject({
    verdict: "pass",
    checks: [{}, {}],
  });
});

test("with IKEv1 it takes both forms of show crypto isakmp sa", () => {
  const v1: LabPlan = { ...plan, tunnels: plan.tunnels.map((tunnel) => ({ ...tunnel, ikeVersion: 1 })) };
  expect(checkOf(iosOutputs(v1), "ike-sa", v1)).toMatchObject({ verdict: "pass" });
  const plainAlone = iosOutputs(v1).filter(({ command }) => command !== "show crypto isakmp sa detail");
  expect(checkOf(plainAlone, "ike-sa", v1)).toMatchObject({
    verdict: "unknown",
    summary: /no output says: IKE cipher/,
  });
  const deleted = iosOutputs(v1, { ikeState: "MM_NO_STATE", ikeRest: " (deleted)" });
  expect(checkOf(deleted, "ike-sa", v1)).toMatchObject({
    verdict: "fail",
    summary: /ISAKMP SA at r1: MM_NO_STATE \(deleted\) instead of QM_IDLE/,
  });
});

describe("each fact can fail", () => {
  const faults: readonly (readonly [string, string, Partial<EndSample>, RegExp])[] = [
    ["ike-sa", "IKE is not up", { ikeState: "IN-NEG" }, /IKEv2 SA at r1: IN-NEG instead of READY/],
    ["ike-sa", "IKE cipher", { ikeBits: 128 }, /IKE cipher at r1: AES-CBC-128 instead of AES-CBC-256/],
    ["ike-sa", "IKE integrity", { ikeHash: "SHA96" }, /IKE integrity at r1: SHA96 instead of SHA256/],
    ["ike-sa", "DH group", { dhGroup: 14 }, /Diffie-Hellman group at r1: 14 instead of 19/],
    ["child-sa", "no SA", { hasSas: false }, /ESP SAs at r1: none instead of in and out/],
    ["child-sa", "mode", { mode: "Tunnel" }, /mode at r1: tunnel instead of transport/],
    [
      "child-sa",
      "transforms",
      { transforms: "esp-3des esp-sha-hmac" },
      /transforms at r1: esp-3des esp-sha-hmac instead of esp-gcm 256/,
    ],
    ["child-sa", "NAT", { mode: "Transport UDP-Encaps" }, /ESP in UDP at r1: yes instead of no/],
    ["child-sa", "identities", { protocol: 0 }, /identities at r1: /],
    ["ends-agree", "mode", { mode: "Tunnel" }, /mode installed at r1 and r2: tunnel \/ transport instead of equal/],
    ["ends-agree", "SPI", { spiOut: "0DEADBEE" }, /SPI r1 → r2 at r1 and r2: 0x0DEADBEE/],
    ["ends-agree", "ip mtu", { ipMtuBytes: 1300 }, /ip mtu at r1 and r2: 1300 \/ /],
    ["ends-agree", "GRE key", { greKey: "key 0x7" }, /GRE key at r1 and r2: 7 \/ no key/],
    ["tunnel-up", "down", { lineProtocol: "down" }, /tunnel0 at r1: up\/down instead of up\/up/],
    ["tunnel-up", "ip mtu", { ipMtuBytes: 1476 }, /ip mtu of tunnel0 at r1: 1476 instead of /],
    [
      "tunnel-up",
      "destination",
      { destination: "192.0.2.99" },
      /destination of tunnel0 at r1: 192\.0\.2\.99 instead of /,
    ],
    ["tunnel-up", "transport", { transport: "IPSEC/IP" }, /transport of tunnel0 at r1: IPSEC\/IP instead of GRE\/IP/],
    ["ospf-full", "no neighbour", { ospfState: null }, /OSPF neighbour r2 at r1: none instead of FULL/],
    ["ospf-full", "ExStart", { ospfState: "EXSTART/  -" }, /OSPF neighbour r2 at r1: EXSTART instead of FULL/],
  ];
  test.each(faults)("%s: %s", (kind, _, fault, said) => {
    const check = checkOf(iosOutputs(plan, fault), kind);
    expect(check.verdict).toBe("fail");
    expect(check.summary).toMatch(said);
    expect(check.lookAt.length).toBeGreaterThan(0);
    expect(judge(iosOutputs(plan, fault)).verdict).toBe("fail");
  });
});

describe("what was not pasted is unknown", () => {
  test.each(judgedKinds)("%s without any output", (kind) => expect(checkOf([], kind).verdict).toBe("unknown"));

  test.each(judgedKinds)("%s with one router's outputs alone", (kind) => {
    const check = checkOf(
      iosOutputs(plan).filter(({ router }) => router === "r1"),
      kind,
    );
    expect(check.verdict).toBe("unknown");
    expect(check.summary).toMatch(/^no output says: .*r2/);
  });

  test.each(judgedKinds)("%s where the router refused the commands", (kind) => {
    const refused = iosOutputs(plan).map((output) => ({
      ...output,
      output: "% Invalid input detected at '^' marker.\n",
    }));
    expect(checkOf(refused, kind).verdict).toBe("unknown");
  });

  test("an empty output is an answer only where another prompt follows", () => {
    const emptied = (isWhole: boolean) =>
      iosOutputs(plan).map((output) =>
        output.command === "show ip ospf neighbor" ? { ...output, output: "", isWhole } : output,
      );
    expect(checkOf(emptied(false), "ospf-full").verdict).toBe("unknown");
    expect(checkOf(emptied(true), "ospf-full").verdict).toBe("fail");
  });
});

test("a session alone says that IKE is up, and not with what", () => {
  const session = (status: string) =>
    iosOutputs(plan)
      .filter(({ command }) => command === "show ip interface")
      .map((output) => ({
        ...output,
        command: "show crypto session detail",
        output: `Interface: Tunnel0\nSession status: UP-ACTIVE\nPeer: ${output.router === "r1" ? plan.tunnels[0]!.left.peerAddress : plan.tunnels[0]!.right.peerAddress} port 500 fvrf: (none) ivrf: (none)\n  IKEv2 SA: local 1.1.1.1/500 remote 2.2.2.2/500 ${status}\n`,
      }));
  expect(checkOf(session("Active"), "ike-sa")).toMatchObject({
    verdict: "unknown",
    facts: [{ measured: "READY", agrees: true }, {}, {}, {}, {}, {}, {}, {}],
  });
  expect(checkOf(session("Inactive"), "ike-sa").verdict).toBe("fail");
});

test("the evidence is kept whole beside the check", () => {
  expect(checkOf(iosOutputs(plan), "ospf-full").evidence).toMatchObject([
    { node: "r1", command: ["show", "ip", "ospf", "neighbor"], exitCode: 0 },
    { node: "r2" },
  ]);
});

test.each(espEncryptions)("%s has a name on IOS, or is said not to be there", (encryption) => {
  const integrity = encryption.includes("cbc") || encryption === "null" ? "sha256-128" : "none";
  const keyBits = encryption.startsWith("aes") ? 256 : null;
  expect(iosTransformName({ encryption, keyBits, integrity })).toMatchSnapshot();
});

/** Routers of virtual IOS as Terraform gets them, image by image. No image was at hand: nothing of this has run on IOS. */
import { Testing } from "cdktf";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { DeclarationError, GreIpsecTunnel, Host, Lab, Router, Wan, type IosRouter } from "../../../constructs/index.ts";
import { iosImageKinds } from "../../../model/ios-images.ts";
import type { LabPlan } from "../../../model/plan-document.ts";
import { planLab } from "../../../plan/plan-lab.ts";
import { appIn, standInSetUpFolder } from "./working-folder.ts";

const images: Readonly<Record<IosRouter["kind"], string>> = {
  iol: "vrnetlab/cisco_iol:17.12.01",
  vios: "vrnetlab/cisco_vios:15.9.3M6",
  csr1000v: "vrnetlab/cisco_csr1000v:17.03.08",
  c8000v: "vrnetlab/cisco_c8000v:17.11.01a",
};

type Tunnel = Partial<ConstructorParameters<typeof GreIpsecTunnel>[2]>;

/** Two sites, r1 of IOS; r2 as it is said. */
function iosLab(kind: IosRouter["kind"], more: { tunnel?: Tunnel; both?: boolean } = {}) {
  const folder = standInSetUpFolder("ios");
  const app = appIn(folder);
  const lab = new Lab(app, "ios", { workingFolder: folder });
  const isp = new Wan(lab, "isp", { left: "198.51.100.1/30", right: "203.0.113.1/30" });
  const ios = { platform: "ios", kind, image: images[kind] } as const;
  const r1 = new Router(lab, "r1", {
    transit: isp.left,
    outside: "198.51.100.2/30",
    inside: "192.168.10.1/24",
    ...ios,
  });
  const r2 = new Router(lab, "r2", {
    transit: isp.right,
    outside: "203.0.113.2/30",
    inside: "192.168.20.1/24",
    ...(more.both === true ? ios : {}),
  });
  new Host(lab, "h1", { behind: r1, address: "192.168.10.10/24" });
  new Host(lab, "h2", { behind: r2, address: "192.168.20.10/24" });
  const tunnel = new GreIpsecTunnel(lab, "tunnel0", {
    left: r1,
    right: r2,
    leftAddress: "172.16.0.1/30",
    rightAddress: "172.16.0.2/30",
    ...more.tunnel,
  });
  return { app, folder, lab, tunnel, directory: join(folder, ".tunnelwright", "ios") };
}

type Stack = Readonly<{ resource: Record<string, Record<string, Record<string, unknown>>> }>;

describe.each(iosImageKinds)("%s", (kind) => {
  test("its resources and its startup configuration are the goldens", async () => {
    const { app, folder, lab, directory } = iosLab(kind);
    const { resource } = JSON.parse(Testing.synth(lab).replaceAll(folder, "FOLDER")) as Stack;
    const own = {
      docker_container: resource.docker_container!.r1,
      tunnelwright_ios_config: resource.tunnelwright_ios_config!.r1,
      tunnelwright_ios_preflight: resource.tunnelwright_ios_preflight!.ios,
      tunnelwright_lab_access: resource.tunnelwright_lab_access!.access,
    };
    await expect(`${JSON.stringify(own, null, 2)}\n`).toMatchFileSnapshot(`golden/ios-${kind}.tf.json`);
    app.synth();
    const startup = readFileSync(join(directory, "ios", "r1.startup"), "utf8");
    await expect(startup).toMatchFileSnapshot(`golden/ios-${kind}.startup.txt`);
    const plan = JSON.parse(readFileSync(join(directory, "plan.json"), "utf8")) as LabPlan;
    const r1 = plan.nodes.find(({ name }) => name === "r1")!;
    await expect(r1.ios!.config).toMatchFileSnapshot(`golden/ios-${kind}.config.txt`);
  });
});

test("Terraform lays what a shell is to read as it is, and takes none of it for its own", () => {
  const { resource } = JSON.parse(Testing.synth(iosLab("iol").lab)) as Stack;
  const files = resource.docker_container!.r1!.upload as { file: string; content?: string }[];
  const content = files.find(({ file }) => file === "/tunnelwright/order-interfaces")!.content!;
  expect(content).toContain("$${pair#*=}");
  expect(content).not.toMatch(/(?<![$%])[$%]\{/);
});

describe("secrets", () => {
  test("no key is in what the router is started with, and the files are their owner's", () => {
    const { app, directory } = iosLab("iol");
    app.synth();
    const startup = join(directory, "ios", "r1.startup");
    expect(readFileSync(startup, "utf8")).not.toMatch(/psk|pre-shared-key|crypto isakmp key/);
    for (const file of [startup, join(directory, "ios", "password")]) expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test("the password is in neither stack nor plan: the container reads it from a file", () => {
    const { app, lab, directory } = iosLab("iol");
    app.synth();
    expect(Testing.synth(lab)).not.toContain("secret admin");
    expect(readFileSync(join(directory, "plan.json"), "utf8")).not.toContain("secret admin");
  });

  test("the far end on Linux is given the key as IOS knows it: as text", () => {
    const { lab } = iosLab("iol");
    expect(lab.plannedNode("r2").texts.ipsecSecrets).toContain("secret = {{psk-text:tunnel0}}");
    expect(lab.plannedNode("r1").texts.ipsecSecrets).toBe("");
  });
});

describe("a lab with a router of IOS", () => {
  test("makes every container of IOS wait for the preflight, and no other", () => {
    const { lab } = iosLab("iol");
    const { resource } = JSON.parse(Testing.synth(lab)) as Stack;
    const refersTo = (node: string) =>
      JSON.stringify(resource.docker_container![node]).includes("tunnelwright_ios_preflight.ios");
    expect(["r1", "r2", "h1", "isp"].filter(refersTo)).toEqual(["r1"]);
    expect(resource.tunnelwright_router_config!.r1).toBeUndefined();
  });

  test("asks the IOS end of a mixed tunnel what show commands tell, and says of the rest why it does not", () => {
    const { checks, notAsked } = iosLab("iol").lab.plan();
    expect(checks.map(({ kind }) => kind)).toEqual(["ike-sa", "child-sa", "tunnel-up", "ospf-full", "tcp-mss", "wire"]);
    const known = new Set(checks.map(({ id }) => id));
    expect(checks.flatMap(({ needs, after }) => [...needs, ...after]).filter((id) => !known.has(id))).toEqual([]);
    expect(notAsked!.map(({ id }) => id)).toContain("tunnel0/fail-closed");
    expect(notAsked!.find(({ id }) => id === "tunnel0/ike-sa")!.why).toBe("r2 is Linux: the IOS end alone is asked");
  });

  test("asks both ends where both are IOS", () => {
    const { checks } = iosLab("iol", { both: true }).lab.plan();
    expect(checks.map(({ kind }) => kind)).toEqual([
      "ike-sa",
      "child-sa",
      "ends-agree",
      "tunnel-up",
      "ospf-full",
      "tcp-mss",
      "wire",
    ]);
  });

  test.each([
    [{ suite: "chacha20-poly1305" } as const, "ios/not-on-ios"],
    [{ routing: { protocol: "ospf", bfd: { intervalMs: 50, multiplier: 2 } } } as const, "ios/not-on-ios"],
    [{ deadPeerDetection: { delaySeconds: 10, lineFollowsSa: true } } as const, "ios/not-on-ios"],
    [{ deadPeerDetection: { delaySeconds: 5 } } as const, "ios/not-on-ios"],
    [{ suite: "3des-sha1" } as const, "ios/not-on-ios"],
    [{ rightKeepalive: { periodSeconds: 10, retryCount: 3 } } as const, "keepalive/with-tunnel-protection"],
    [{ leftKeepalive: { periodSeconds: 10, retryCount: 3 } } as const, "keepalive/with-tunnel-protection"],
  ])("refuses what its release does not do: %o", (tunnel, ruleId) => {
    const { lab } = iosLab("iol", { tunnel });
    let errors: string[] = [];
    try {
      lab.plan();
    } catch (error) {
      if (!(error instanceof DeclarationError)) throw error;
      errors = error.findings.filter(({ severity }) => severity === "error").map((each) => each.ruleId);
    }
    expect(new Set(errors)).toEqual(new Set([ruleId]));
  });

  test("keepalives go with a crypto map on IOS", () => {
    const { tunnel } = iosLab("iol", {
      tunnel: { leftProtection: "crypto-map", leftKeepalive: { periodSeconds: 10, retryCount: 3 } },
    });
    expect(tunnel.predicted.left.keepalive).toEqual({ periodSeconds: 10, retryCount: 3 });
  });

  test("what a release of today refuses an older one has", () => {
    const { findings } = iosLab("vios", { tunnel: { suite: "3des-sha1" } }).lab.plan();
    expect(findings.map(({ ruleId }) => ruleId)).toContain("esp/weak");
  });

  test("predicts ESP-NULL as IOS pads it: to 8 bytes, where Linux pads to 4", () => {
    const declaration = iosLab("vios", { tunnel: { esp: { encryption: "null", integrity: "sha1-96" } } }).lab
      .declaration;
    const linux = structuredClone(declaration);
    delete linux.nodes.r1!.platform;
    delete linux.nodes.r1!.ios;
    const mtu = (lab: typeof declaration) => planLab(lab).plan!.tunnels[0]!.prediction.ipMtuBytes;
    expect([mtu(linux), mtu(declaration)]).toEqual([1454, 1450]);
  });

  test("calls the tunnel's device as IOS does", () => {
    const { tunnel } = iosLab("iol");
    expect([tunnel.predicted.left.device, tunnel.predicted.right.device]).toEqual(["Tunnel0", "tunnel0"]);
  });
});

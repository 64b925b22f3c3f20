import { Testing, type App } from "cdktf";
import type { IConstruct } from "constructs";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { GreIpsecTunnel, Router, Segment } from "../../../constructs/index.ts";
import { greOverIpsec } from "../../../labs/gre-over-ipsec.ts";
import type { LabPlan } from "../../../model/plan-document.ts";
import { planLab } from "../../../plan/plan-lab.ts";
import { greOverIpsecDeclaration } from "../plan/gre-over-ipsec.ts";
import { appIn, emptyLab, standInSetUpFolder } from "./working-folder.ts";

type Stack = Readonly<{
  resource: Record<string, Record<string, Record<string, unknown>>>;
  ephemeral: Record<string, Record<string, Record<string, unknown>>>;
}>;

/** The stack as Terraform gets it, with the test's own folder named FOLDER. */
function synth(lab: ReturnType<typeof greOverIpsec>, folder: string): string {
  return Testing.synth(lab).replaceAll(folder, "FOLDER");
}

describe("labs/gre-over-ipsec", () => {
  test("is the golden, whole", async () => {
    const folder = standInSetUpFolder("gre-over-ipsec");
    const stack = synth(greOverIpsec(appIn(folder)), folder);
    await expect(`${stack}\n`).toMatchFileSnapshot("golden/gre-over-ipsec.tf.json");
  });

  test("declares what test/unit/plan plans", () => {
    const folder = standInSetUpFolder("gre-over-ipsec");
    expect(greOverIpsec(appIn(folder)).declaration).toEqual(greOverIpsecDeclaration());
  });

  test("keeps the ids of its constructs: another id replaces a running router", async () => {
    const folder = standInSetUpFolder("gre-over-ipsec");
    const ids = (construct: IConstruct, depth: number): string[] =>
      construct.node.children.flatMap((child) => [`${"  ".repeat(depth)}${child.node.id}`, ...ids(child, depth + 1)]);
    const tree = ids(greOverIpsec(appIn(folder)), 0);
    await expect(`${tree.join("\n")}\n`).toMatchFileSnapshot("golden/gre-over-ipsec.tree.txt");
  });

  test("gives the same stack every time", () => {
    const folder = standInSetUpFolder("gre-over-ipsec");
    expect(synth(greOverIpsec(appIn(folder)), folder)).toBe(synth(greOverIpsec(appIn(folder)), folder));
  });

  test("writes nothing into the lab's folder before the app synthesizes, and the plan when it does", () => {
    const folder = standInSetUpFolder("gre-over-ipsec");
    const labFolder = join(folder, ".tunnelwright", "gre-over-ipsec");
    const app: App = appIn(folder);
    greOverIpsec(app);
    expect(readdirSync(labFolder)).toEqual(["address-block.json"]);
    app.synth();
    expect(readdirSync(labFolder).sort()).toEqual(["address-block.json", "declaration.json", "plan.json"]);
    const written = JSON.parse(readFileSync(join(labFolder, "plan.json"), "utf8")) as LabPlan;
    expect(written).toEqual(planLab(greOverIpsecDeclaration()).plan);
    expect(readFileSync(join(labFolder, "address-block.json"), "utf8")).toBe('{"thirdOctet":40}\n');
  });
});

describe("secrets", () => {
  const stackOf = () => {
    const folder = standInSetUpFolder("gre-over-ipsec");
    return JSON.parse(synth(greOverIpsec(appIn(folder)), folder)) as Stack;
  };

  test("come from an ephemeral resource into a write-only attribute, and from nowhere else", () => {
    const { resource, ephemeral } = stackOf();
    expect(ephemeral).toEqual({
      tunnelwright_pre_shared_key: { tunnel0: { file: "FOLDER/.tunnelwright/gre-over-ipsec/psk/tunnel0" } },
    });
    const reference = "${ephemeral.tunnelwright_pre_shared_key.tunnel0.value}";
    const places: string[] = [];
    const walk = (value: unknown, path: string): void => {
      if (typeof value === "string" && value.includes("ephemeral.")) places.push(`${path} = ${value}`);
      else if (typeof value === "object" && value !== null)
        for (const [key, below] of Object.entries(value)) walk(below, path ? `${path}.${key}` : key);
    };
    walk(resource, "");
    expect(places).toEqual(
      ["r1", "r2"].map((router) => `tunnelwright_router_config.${router}.pre_shared_keys_wo.tunnel0 = ${reference}`),
    );
  });

  test("are a place in the texts, not a value", () => {
    const text = JSON.stringify(stackOf());
    expect(text.match(/secret = [^\\]*/g)).toEqual(Array.from({ length: 2 }, () => "secret = {{psk:tunnel0}}"));
    expect(text).not.toMatch(/PRIVATE KEY/);
  });
});

describe("the parts", () => {
  const parts = (build: (lab: ReturnType<typeof emptyLab>) => void, props = {}) => {
    const lab = emptyLab(props);
    build(lab);
    return JSON.parse(Testing.synth(lab)) as Stack;
  };

  test("a segment's MTU is told to Docker", () => {
    const { resource } = parts((lab) => new Segment(lab, "narrow", { mtuBytes: 1400 }));
    expect(resource.docker_network!.narrow).toMatchObject({
      name: "tw-test-lab-narrow",
      options: { "com.docker.network.driver.mtu": "1400", "com.docker.network.bridge.inhibit_ipv4": "true" },
    });
  });

  test("two routers back to back need no transit and get no default route", () => {
    const { resource } = parts((lab) => {
      const between = new Segment(lab, "between");
      const left = new Router(lab, "left", { transit: between, outside: "198.51.100.1/30" });
      const right = new Router(lab, "right", { transit: between, outside: "198.51.100.2/30" });
      new GreIpsecTunnel(lab, "tunnel0", { left, right, leftAddress: "192.0.2.1/30", rightAddress: "192.0.2.2/30" });
    });
    expect(resource.tunnelwright_router_config!.left!.interfaces).not.toContain("route add 0.0.0.0/0");
  });

  test("a lab that is not to be verified has no verification", () => {
    expect(parts(() => undefined).resource.tunnelwright_verification).toBeDefined();
    expect(parts(() => undefined, { verify: false }).resource.tunnelwright_verification).toBeUndefined();
  });

  test("the kernel asked for reaches every node", () => {
    const { resource } = parts(
      (lab) => new Router(lab, "r1", { transit: new Segment(lab, "a"), outside: "198.51.100.1/30" }),
      { kernel: "uml" },
    );
    expect(resource.docker_container!.r1!.env).toContain("TW_KERNEL=uml");
  });
});

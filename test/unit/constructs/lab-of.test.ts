/** A declaration becomes the lab it declares, and comes back as it was. */
import { Testing, type App } from "cdktf";
import fc from "fast-check";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { addDeclaredLabs, Lab, labOf } from "../../../constructs/index.ts";
import { importIos } from "../../../dialects/ios/import-ios.ts";
import { failover } from "../../../labs/failover.ts";
import { fragmentation } from "../../../labs/fragmentation.ts";
import { greOverIpsec } from "../../../labs/gre-over-ipsec.ts";
import { ipsecOverGre } from "../../../labs/ipsec-over-gre.ts";
import { mtu1400 } from "../../../labs/mtu-1400.ts";
import { pmtudBlackHole } from "../../../labs/pmtud-black-hole.ts";
import { pmtud } from "../../../labs/pmtud.ts";
import { seedAsWritten } from "../../../labs/seed-as-written.ts";
import { seedPair } from "../../../labs/seed-pair.ts";
import { transportVsTunnel } from "../../../labs/transport-vs-tunnel.ts";
import type { LabDeclaration } from "../../../model/declaration.ts";
import { planLab } from "../../../plan/plan-lab.ts";
import { drawnLabs } from "../dialects/ios/drawn-labs.ts";
import { fixture, source } from "../dialects/ios/fixtures.ts";
import { soundLab } from "../model/sound-lab.ts";
import { appIn, standInSetUpFolder, workingFolder } from "./working-folder.ts";

const own: readonly (readonly [string, (app: App) => Lab | Lab[]])[] = [
  ["failover", failover],
  ["fragmentation", fragmentation],
  ["gre-over-ipsec", greOverIpsec],
  ["ipsec-over-gre", ipsecOverGre],
  ["mtu-1400", mtu1400],
  ["pmtud", pmtud],
  ["pmtud-black-hole", pmtudBlackHole],
  ["seed-as-written", seedAsWritten],
  ["seed-pair", seedPair],
  ["transport-vs-tunnel", transportVsTunnel],
];

const props = (folder: string) => ({ routerImage: "tunnelwright/router:test", workingFolder: folder });

describe("labOf", () => {
  test.each(own)("%s comes back as it was declared, and the routers are told the same", (name, make) => {
    const folder = standInSetUpFolder(name);
    for (const lab of [make(appIn(folder))].flat()) {
      const again = labOf(appIn(folder), lab.declaration);
      expect(again.declaration).toEqual(lab.declaration);
      const stack = (of: Lab): unknown => JSON.parse(Testing.synth(of));
      expect(withoutPaths(stack(again))).toEqual(withoutPaths(stack(lab)));
    }
  });

  test("so does every lab that could be imported", () => {
    const folder = workingFolder();
    fc.assert(
      fc.property(drawnLabs, (declaration) => {
        const lab = labOf(appIn(folder), declaration, { ...props(folder), addressBlockThirdOctet: 0 });
        expect(lab.declaration).toEqual(declaration);
      }),
      { numRuns: 60 },
    );
  });

  test("interfaces keep their names, and a router may be called as a link, a tunnel or a part of the stack", () => {
    const folder = workingFolder();
    const { lab: declaration } = importIos(
      source(
        fixture("classic-crypto-map")
          .replaceAll("hostname HQ", "hostname access")
          .replaceAll(/hostname BRANCH/gi, "hostname tunnel0"),
      ),
    );
    const renamed = structuredClone(declaration!);
    const { eth0, eth1 } = renamed.nodes.access!.interfaces;
    renamed.nodes.access!.interfaces = { eth7: eth0!, eth3: eth1! };
    renamed.tunnels.tunnel0!.left.interface = "eth7";
    const lab = labOf(appIn(folder), renamed, { ...props(folder), addressBlockThirdOctet: 0 });
    expect(lab.declaration).toEqual(renamed);
    const { resource } = JSON.parse(Testing.synth(lab)) as {
      resource: { docker_container: Record<string, { env: string[] }> };
    };
    expect(Object.keys(resource.docker_container)).toEqual(Object.keys(renamed.nodes).sort());
    expect(resource.docker_container.access!.env.at(-1)).toMatch(/^TW_INTERFACES=mgmt0=\S+ eth7=\S+ eth3=\S+$/);
  });

  test("what cannot be built is told", () => {
    const folder = workingFolder();
    const of = (change: (lab: LabDeclaration) => void) => () => {
      const declaration = soundLab();
      change(declaration);
      return labOf(appIn(folder), declaration, { ...props(folder), addressBlockThirdOctet: 0 });
    };
    expect(of((lab) => (lab.nodes.r1!.interfaces.eth0!.segment = "nowhere"))).toThrow(
      "eth0 of r1 is on nowhere, which is no segment",
    );
    expect(of((lab) => (lab.segments.management = {}))).toThrow("no link may be called management");
  });
});

/** Where in the tree of constructs a resource hangs is no part of the lab. */
function withoutPaths(stack: unknown): unknown {
  return JSON.parse(JSON.stringify(stack, (key, value: unknown) => (key === "//" ? undefined : value)));
}

describe("addDeclaredLabs", () => {
  const declare = (folder: string, file: string, document: unknown) => {
    const declared = join(folder, ".tunnelwright", "declared");
    mkdirSync(declared, { recursive: true });
    writeFileSync(join(declared, file), typeof document === "string" ? document : JSON.stringify(document));
  };
  const named = (name: string): LabDeclaration => ({ ...soundLab(), name });
  const labsIn = (folder: string) => {
    const app = appIn(folder);
    const told = addDeclaredLabs(app, props(folder));
    return { app, told, labs: app.node.children.map(({ node }) => node.id) };
  };

  test("adds what is declared, and nothing where nothing is", () => {
    const folder = workingFolder();
    expect(labsIn(folder)).toMatchObject({ told: [], labs: [] });
    declare(folder, "branch.json", named("branch"));
    declare(folder, "notes.txt", "not ours");
    const { app, told, labs } = labsIn(folder);
    expect([told, labs]).toEqual([[], ["branch"]]);
    const [branch] = app.node.children;
    expect(branch instanceof Lab && branch.plan()).toEqual(planLab(named("branch")).plan);
  });

  test("a file that is no lab is told in one sentence, and the others are built", () => {
    const folder = workingFolder();
    declare(folder, "a-good.json", named("a-good"));
    declare(folder, "cut.json", '{"name": "cut", \u001b[2J');
    declare(folder, "other.json", named("good"));
    const faulty = named("faulty");
    faulty.tunnels.tunnel0!.ipMtuBytes = 1500;
    declare(folder, "faulty.json", faulty);
    declare(folder, "link.json", { ...named("link"), segments: { ...soundLab().segments, management: {} } });
    declare(folder, "shape.json", { name: "shape", secrets: [] });
    const { app, told, labs } = labsIn(folder);
    expect(labs).toEqual(["a-good"]);
    expect(told.map((each) => each.replace(/\(.*?JSON.*\)/, "(…)"))).toEqual([
      expect.stringMatching(/^\.tunnelwright\/declared\/cut\.json is passed over: it is not JSON/),
      expect.stringMatching(/faulty\.json is passed over: ip mtu 1500 .*\(mtu\/exceeds-path\)$/),
      expect.stringMatching(/link\.json is passed over: lab link: no link may be called management/),
      expect.stringMatching(/other\.json is passed over: it declares the lab good, and a file is called as its lab$/),
      expect.stringMatching(/shape\.json is passed over: .*and \d more$/),
    ]);
    expect(told.join("\n")).not.toContain("\u001b");
    app.synth();
  });

  test("a lab of the project keeps its name", () => {
    const folder = standInSetUpFolder("seed-pair");
    declare(folder, "seed-pair.json", named("seed-pair"));
    const app = appIn(folder);
    const lab = seedPair(app);
    expect(addDeclaredLabs(app)).toEqual([
      ".tunnelwright/declared/seed-pair.json is passed over: this project has a lab of that name",
    ]);
    expect(app.node.children).toEqual([lab]);
  });
});

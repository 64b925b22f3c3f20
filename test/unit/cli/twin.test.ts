/** `up --from` without an engine: what is told before anything is started, and what is refused. */
import { expect, test } from "vitest";
import {
  declaredFile,
  forgetDeclaration,
  isDeclared,
  isSynthesized,
  keepDeclaration,
  whyNotDeclared,
} from "../../../cli/declared-file.ts";
import { nameOf, toldTwin } from "../../../cli/up-twin.ts";
import { addDeclaredLabs } from "../../../constructs/index.ts";
import { fixIos } from "../../../dialects/ios/fix.ts";
import { planTwin } from "../../../plan/plan-twin.ts";
import { appIn, standInSetUpFolder } from "../constructs/working-folder.ts";
import { fixture, planted, source } from "../dialects/ios/fixtures.ts";
import { makeFolder } from "./support.ts";

test("the seed as it was written is no twin: told with its lines, and nothing is started or kept", async () => {
  const folder = makeFolder();
  folder.write("seed.md", fixture("seed"));
  const { code, stdout, stderr } = await folder.tunnelwright("up", "--from", "seed.md");
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toContain("✖ access list 100 of R2 begins with the peer's side");
  expect(stderr).toContain("→ at R2 line 80");
  expect(stderr).toMatch(
    /✖ no twin: nothing was started\. It is one when it is mended: npx tunnelwright fix seed\.md >mended\.txt, then npx tunnelwright up --from mended\.txt --name seed\n$/,
  );
  expect(folder.list(".")).toEqual(["seed.md"]);
});

test("what nothing mends has no such promise", async () => {
  const folder = makeFolder();
  folder.write("pe.cfg", fixture("vrf"));
  const { code, stderr } = await folder.tunnelwright("up", "--from", "pe.cfg");
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /✖ no twin: nothing was started\. npx tunnelwright fix pe\.cfg mends what has one sure remedy; the rest is told above\n$/,
  );
});

test("a lab that cannot be built of it is told with its faults", () => {
  const text = planted("classic-crypto-map", "ip tcp adjust-mss 1360", "ip tcp adjust-mss 1460", "all");
  const told = toldTwin(planTwin(source(text), "hq"));
  expect(told).toContain("No lab can be built of it:\n✖ ");
  expect(told).toContain("(mss/exceeds-mtu)");
});

test("what is told of a twin before it is started", async () => {
  const mended = fixIos(source(fixture("seed"), "seed.md")).files[0]!.after;
  await expect(toldTwin(planTwin(source(mended, "mended.md"), "seed"))).toMatchFileSnapshot("golden/ios/twin-seed.txt");
  await expect(toldTwin(planTwin(source(fixture("tunnel-protection-ikev1")), "pair"))).toMatchFileSnapshot(
    "golden/ios/twin-eigrp.txt",
  );
  const acting = planted("classic-crypto-map", "to the branch", "to \u001b[2Jthe branch");
  expect(toldTwin(planTwin(source(acting), "hq"))).not.toContain("\u001b");
});

test("a twin is called as its only file, where that is a lab's name", () => {
  expect(
    [["branch.cfg"], ["/tmp/r1-r2.txt"], ["a.txt", "b.txt"], ["-"], ["Two Routers.md"], [".cfg"]].map(nameOf),
  ).toEqual(["branch", "r1-r2", "twin", "twin", "twin", "twin"]);
});

test.each([
  ["neither a lab nor a text", ["up"], /up wants either a lab's name or --from/],
  ["both", ["up", "seed-pair", "--from", "pair.cfg"], /up wants either a lab's name or --from/],
  ["a name without a text", ["up", "seed-pair", "--name", "x"], /--name is for --from/],
  ["what is no name", ["up", "--from", "pair.cfg", "--name", "Über"], /It is 1 to 30 of a-z/],
  [
    "a lab of labs/",
    ["up", "--from", "pair.cfg", "--name", "own"],
    /^✖ the twin cannot be called own: it is a lab of this project, labs\/own\.ts; give it another --name\n$/,
  ],
  [
    "a lab that was synthesized",
    ["up", "--from", "pair.cfg", "--name", "known"],
    /^✖ the twin cannot be called known: there is a lab of that name already, and it was made from no pasted text/,
  ],
  ["the folder itself", ["up", "--from", "pair.cfg", "--name", "declared"], /it names the folder of declarations/],
  ["a file that is not there", ["up", "--from", "nowhere.cfg"], /^✖ nowhere\.cfg cannot be read/],
])("refused: %s", async (_, args, message) => {
  const folder = makeFolder();
  folder.write("pair.cfg", fixture("classic-crypto-map"));
  folder.write("labs/own.ts", "");
  folder.write(".tunnelwright/known/plan.json", "{}");
  const { code, stdout, stderr } = await folder.tunnelwright(...args);
  expect([code, stdout]).toEqual([2, ""]);
  expect(stderr).toMatch(message);
  expect(folder.list(".tunnelwright")).toEqual(["known"]);
});

test("a declaration is kept where the app looks for it, taken for its own name again, and forgotten", async () => {
  const folder = standInSetUpFolder("sites");
  const mended = fixIos(source(fixture("seed"), "seed.md")).files[0]!.after;
  const declaration = planTwin(source(mended), "sites").lab!;
  expect(await whyNotDeclared("sites")).toBeUndefined();
  await keepDeclaration(declaration);
  expect(await isDeclared("sites")).toBe(true);
  expect(await isSynthesized(declaration)).toBe(false);
  const app = appIn(folder);
  expect(addDeclaredLabs(app)).toEqual([]);
  app.synth();
  expect(await isSynthesized(declaration)).toBe(true);
  expect(await isSynthesized({ ...declaration, tunnels: {} })).toBe(false);
  expect(await whyNotDeclared("sites")).toBeUndefined();
  await forgetDeclaration("sites");
  await forgetDeclaration("sites");
  expect(await isDeclared("sites")).toBe(false);
  expect(await whyNotDeclared("sites")).toMatch(/there is a lab of that name already/);
  expect(declaredFile("sites")).toBe(`${folder}/.tunnelwright/declared/sites.json`);
});

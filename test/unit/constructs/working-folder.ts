import { App } from "cdktf";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { Lab, type LabProps } from "../../../constructs/index.ts";

/** An empty working folder, gone when the test is over. */
export function workingFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "tunnelwright-constructs-")));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A working folder as set-up leaves it, with the block that the lab has kept; the test stands in it until it is over. */
export function standInSetUpFolder(lab: string): string {
  const folder = workingFolder();
  mkdirSync(join(folder, ".tunnelwright", lab), { recursive: true });
  writeFileSync(
    join(folder, ".tunnelwright", "router-image.json"),
    JSON.stringify({ image: "tunnelwright/router:test" }),
  );
  writeFileSync(join(folder, ".tunnelwright", lab, "address-block.json"), JSON.stringify({ thirdOctet: 40 }));
  const before = process.cwd();
  process.chdir(folder);
  onTestFinished(() => process.chdir(before));
  return folder;
}

/** An app that writes into the folder alone. */
export function appIn(folder: string): App {
  return new App({ outdir: join(folder, "cdktf.out"), skipValidation: true });
}

/** An empty lab in a folder of its own. */
export function emptyLab(props: LabProps = {}, folder = workingFolder()): Lab {
  return new Lab(appIn(folder), "test-lab", {
    routerImage: "tunnelwright/router:test",
    addressBlockThirdOctet: 0,
    workingFolder: folder,
    ...props,
  });
}

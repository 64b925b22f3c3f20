/** `provider path`, `provider install` and `image build`, as a user runs them; the lane `package` runs them from the package. */
import { createServer } from "node:http";
import { lstatSync, mkdirSync, readlinkSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { makeFolder } from "./support.ts";

const mirror = resolve("dist/plugins");
const place = "tunnelwright.invalid/tunnelwright/tunnelwright/0.1.0/linux_amd64";

test("provider path prints the executable, and the mirror it is in", async () => {
  const { tunnelwright } = makeFolder();
  expect(await tunnelwright("provider", "path")).toEqual({
    code: 0,
    stdout: `${join(mirror, place)}/terraform-provider-tunnelwright_v0.1.0\n`,
    stderr: "",
  });
  expect((await tunnelwright("provider", "path", "--mirror")).stdout).toBe(`${mirror}\n`);
});

describe("provider install", () => {
  test("links the provider where terraform init looks, and once more over itself; what else is there stays", async () => {
    const folder = makeFolder();
    folder.write("infra/terraform.d/plugins/registry.terraform.io/a/b/1.0.0/linux_amd64/provider", "");
    for (let time = 0; time < 2; time += 1) {
      const { code, stdout, stderr } = await folder.tunnelwright("provider", "install", "--directory", "infra");
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      expect(stdout).toBe(`${join(folder.path, "infra/terraform.d/plugins", place)}\n`);
      expect(readlinkSync(stdout.trim())).toBe(join(mirror, place));
    }
    expect(folder.list("infra/terraform.d/plugins")).toEqual(["registry.terraform.io", "tunnelwright.invalid"]);
  });

  test("lays another mirror's providers too", async () => {
    const folder = makeFolder();
    folder.write("mirror/registry.terraform.io/kreuzwerker/docker/4.5.0/linux_amd64/provider", "");
    const { code } = await folder.tunnelwright("provider", "install", "--mirror", "mirror");
    expect(code).toBe(0);
    const link = join(folder.path, "terraform.d/plugins/registry.terraform.io/kreuzwerker/docker/4.5.0/linux_amd64");
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
  });

  test("in a cdktf project tells synth the mirror, and without one that there is nothing to do", async () => {
    const folder = makeFolder();
    folder.write("cdktf.json", "{}");
    folder.write("mirror/registry.terraform.io/kreuzwerker/docker/4.5.0/linux_amd64/provider", "");
    const { code, stdout } = await folder.tunnelwright("provider", "install");
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: "nothing to do: in a cdktf project synth lays the provider beside every lab's stack\n",
    });
    expect((await folder.tunnelwright("provider", "install", "--mirror", "mirror")).code).toBe(0);
    expect(JSON.parse(folder.read(".tunnelwright/setup.json"))).toEqual({ pluginDirs: [join(folder.path, "mirror")] });
    expect(folder.list(".")).not.toContain("terraform.d");
  });

  test("fails where a folder is not there, or the mirror has no provider", async () => {
    const folder = makeFolder();
    mkdirSync(join(folder.path, "empty"));
    const missing = await folder.tunnelwright("provider", "install", "--directory", "nowhere");
    expect(missing).toEqual({ code: 3, stdout: "", stderr: `✖ there is no folder ${folder.path}/nowhere\n` });
    const empty = await folder.tunnelwright("provider", "install", "--mirror", "empty");
    expect(empty.code).toBe(3);
    expect(empty.stderr).toContain(`${folder.path}/empty holds no provider as HOST/NAMESPACE/NAME/VERSION/PLATFORM`);
    expect(folder.list(".")).toEqual(["empty"]);
  });
});

describe("image build", () => {
  /** A Docker engine that has the image, or has not; and takes no other. */
  async function engine(hasImage: boolean): Promise<string> {
    const server = createServer((asked, answer) => {
      const known = hasImage && asked.url?.startsWith("/images/tunnelwright/router:");
      answer.statusCode = known ? 200 : 404;
      answer.end(JSON.stringify(known ? { Config: { Labels: { "tunnelwright.frrVersion": "8.4.4" } } } : {}));
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    onTestFinished(() => void server.close());
    const address = server.address();
    return `tcp://127.0.0.1:${typeof address === "object" && address ? address.port : 0}`;
  }
  const withEngine = async (host: string, work: () => Promise<void>): Promise<void> => {
    const before = process.env["DOCKER_HOST"];
    process.env["DOCKER_HOST"] = host;
    try {
      await work();
    } finally {
      if (before === undefined) delete process.env["DOCKER_HOST"];
      else process.env["DOCKER_HOST"] = before;
    }
  };

  test("prints the tag alone, and writes it where this folder's labs look", async () => {
    const folder = makeFolder();
    await withEngine(await engine(true), async () => {
      const { code, stdout } = await folder.tunnelwright("image", "build");
      expect(code).toBe(0);
      expect(stdout).toMatch(/^tunnelwright\/router:[0-9a-f]{12}\n$/);
      expect(JSON.parse(folder.read(".tunnelwright/router-image.json"))).toMatchObject({
        image: stdout.trim(),
        frrVersion: "8.4.4",
      });
      expect((await folder.tunnelwright("image", "build", "--check")).code).toBe(0);
    });
  });

  test("--check fails where the engine has none, and leaves nothing", async () => {
    const folder = makeFolder();
    await withEngine(await engine(false), async () => {
      const { code, stdout } = await folder.tunnelwright("image", "build", "--check");
      expect(code).toBe(1);
      expect(stdout).toMatch(/is not built\n$/);
      expect(folder.list(".")).toEqual([]);
    });
  });

  test("without an engine says so", async () => {
    const folder = makeFolder();
    await withEngine("tcp://127.0.0.1:1", async () => {
      const { code, stderr } = await folder.tunnelwright("image", "build");
      expect(code).toBe(3);
      expect(stderr).toContain("No Docker engine answers at tcp://127.0.0.1:1.\n  → start dockerd, or set DOCKER_HOST");
    });
  });
});

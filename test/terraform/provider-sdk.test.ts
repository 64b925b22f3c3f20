/** provider/sdk under the real terraform: a sample provider, for which a directory stands for devices far away. */
import { execa, type Options } from "execa";
import { existsSync, readFileSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { inflateRawSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { allProcesses } from "../../devices/processes.ts";
import { bundleProvider } from "../../scripts/bundle.mjs";

const source = "sample.invalid/lab/sample";
const version = "0.1.0";
/** Terraform, or what the lane opentofu puts in its place. */
const terraformBinary = process.env.TUNNELWRIGHT_TERRAFORM ?? "terraform";
const isOpenTofu = terraformBinary.endsWith("tofu");
const binaryName = `terraform-provider-sample_v${version}`;

const head = `
terraform {
  required_providers {
    sample = { source = "${source}", version = "${version}" }
  }
}
provider "sample" { root = "\${path.root}/devices" }
`;
const device = (name: string, config: string, more = "") => `
resource "sample_device" "${name}" {
  host   = "${name}"
  config = <<-EOT
    ${config.split("\n").join("\n    ")}
  EOT
  ${more}
}
`;

let shared: string;
let binary: string;
let folder: string;
const started: { readonly kill: (signal: "SIGKILL") => boolean }[] = [];

beforeAll(async () => {
  shared = await mkdtemp(join(tmpdir(), "provider-sdk-"));
  binary = join(shared, "linux_amd64", binaryName);
  await mkdir(dirname(binary));
  await bundleProvider(join(import.meta.dirname, "../fixtures/sample-provider/main.ts"), binary);
  await writeFile(join(shared, "empty.tfrc"), "");
});
afterAll(() => rm(shared, { recursive: true, force: true }));
afterEach(async () => {
  for (const one of started.splice(0)) one.kill("SIGKILL");
  await vi.waitUntil(() => providers().length === 0, { timeout: 5000, interval: 20 });
  await rm(folder, { recursive: true, force: true });
});

/** A working folder with an implied mirror inside, initialized. */
async function workspace(body: string): Promise<void> {
  folder = await mkdtemp(join(shared, "work-"));
  const mirror = join(folder, "terraform.d/plugins", source, version);
  await mkdir(mirror, { recursive: true });
  await mkdir(join(folder, "tmp"));
  await symlink(dirname(binary), join(mirror, "linux_amd64"));
  await declare(body);
  const init = await terraform(["init"]);
  expect(init.all).toMatch(/(Terraform|OpenTofu) has been successfully initialized!/);
}

const declare = (body: string) => writeFile(join(folder, "main.tf"), head + body);

function environment(): Record<string, string> {
  return {
    CHECKPOINT_DISABLE: "1",
    TF_CLI_CONFIG_FILE: join(shared, "empty.tfrc"),
    TF_IN_AUTOMATION: "1",
    TF_LOG: "",
    TF_LOG_PROVIDER: "",
    TMPDIR: join(folder, "tmp"),
  };
}

function start(args: readonly string[], options: Options = {}) {
  const process = execa(terraformBinary, [...args, "-no-color"], {
    cwd: folder,
    reject: false,
    all: true,
    stdin: "ignore",
    ...options,
    env: { ...environment(), ...options.env },
  });
  started.push(process);
  return process;
}

async function terraform(args: readonly string[], options: Options = {}) {
  const { exitCode, all } = await start(args, options);
  return { exitCode, all: String(all) };
}

const apply = () => terraform(["apply", "-auto-approve"]);
const plan = (...more: string[]) => terraform(["plan", "-detailed-exitcode", ...more]);
const state = () => readFileSync(join(folder, "terraform.tfstate"), "utf8");
const onDevice = (name: string) =>
  JSON.parse(readFileSync(join(folder, `devices/${name}.json`), "utf8")) as Record<string, unknown>;
const journal = () =>
  existsSync(join(folder, "devices/journal")) ? readFileSync(join(folder, "devices/journal"), "utf8") : "";
const until = (what: () => boolean, timeout = 20_000) => vi.waitUntil(what, { timeout, interval: 20 });

async function change(name: string, values: Record<string, unknown>): Promise<void> {
  await writeFile(join(folder, `devices/${name}.json`), JSON.stringify({ ...onDevice(name), ...values }));
}

/** Processes of the sample provider that were started in the working folder. */
function providers(): number[] {
  return allProcesses()
    .filter((each) => each.folder === folder && each.words.some((word) => word.includes(binaryName)))
    .map(({ pid }) => pid);
}

/** All files of a zip in one, by its central directory (PKWARE APPNOTE 4.3.12). */
function unzip(zip: Buffer): Buffer {
  const files: Buffer[] = [];
  for (let at = zip.indexOf("PK\x01\x02"); at >= 0; at = zip.indexOf("PK\x01\x02", at + 46)) {
    const [compressedBytes, local] = [zip.readUInt32LE(at + 20), zip.readUInt32LE(at + 42)];
    const data = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    files.push(inflateRawSync(zip.subarray(data, data + compressedBytes)));
  }
  return Buffer.concat(files);
}

describe("the life of a resource", () => {
  it("is planned with what is known, applied, and then at rest", async () => {
    await workspace(`${device("r1", "hostname r1", 'neighbors = ["b", "a"]\n weight = 0.1\n tunnel = { mtu = 1400 }')}
      data "sample_device_state" "r1" { host = sample_device.r1.id }
      output "lines" { value = data.sample_device_state.r1.lines }`);
    const planned = await plan();
    expect(planned.exitCode).toBe(2);
    expect(planned.all).toMatch(/\+ checksum +=\s"[0-9a-f]{64}"/);
    expect(planned.all).toMatch(/\+ serial +=\s\(known after apply\)/);
    expect(planned.all).toMatch(/\+ mode = "gre"/);

    const applied = await apply();
    expect(applied.all).toContain("1 added, 0 changed, 0 destroyed");
    expect(applied.all).toContain('"hostname r1"');
    expect(onDevice("r1")).toMatchObject({ config: "hostname r1\n", serial: 1 });
    expect(await plan()).toMatchObject({ exitCode: 0, all: expect.stringContaining("No changes.") as string });

    expect((await terraform(["destroy", "-auto-approve"])).all).toContain("1 destroyed");
    expect(existsSync(join(folder, "devices/r1.json"))).toBe(false);
    expect(await readdir(join(folder, "tmp"))).toEqual([]);
    expect(journal()).toContain("provider closed");
  });

  it("shows drift as a difference of lines, and mends it", async () => {
    await workspace(device("r1", "hostname r1\nip mtu 1400\nip route x"));
    await apply();
    await change("r1", { config: "hostname r1\nip mtu 1300\nip route x\n" });
    const drifted = await plan();
    expect(drifted.exitCode).toBe(2);
    expect(drifted.all).toMatch(/\n +hostname r1\n +- ip mtu 1300\n +\+ ip mtu 1400\n +ip route x\n/);
    expect(drifted.all).toMatch(/~ serial += 1 -> \(known after apply\)/);
    expect(drifted.all).toMatch(/\n +id += "r1"/);
    expect((await apply()).all).toContain("1 changed");
    expect(onDevice("r1")).toMatchObject({ config: "hostname r1\nip mtu 1400\nip route x\n", serial: 2 });
    expect((await plan()).exitCode).toBe(0);
  });

  it("shows no drift for text that the device keeps in another Unicode form", async () => {
    await workspace(device("r1", "description Zürich"));
    await apply();
    await change("r1", { config: "description Zürich\n".normalize("NFD") });
    expect((await plan()).exitCode).toBe(0);
  });

  it("makes anew what is gone on the far side", async () => {
    await workspace(device("r1", "a"));
    await apply();
    await rm(join(folder, "devices/r1.json"));
    expect((await plan()).all).toContain("1 to add, 0 to change, 0 to destroy");
  });

  it("replaces when asked to", async () => {
    await workspace(device("r1", "a"));
    await apply();
    await declare(device("r1", "a").replace('host   = "r1"', 'host   = "r2"'));
    const planned = await plan();
    expect(planned.all).toMatch(/~ host += "r1" -> "r2" # forces replacement/);
    expect(planned.all).toMatch(/~ id += "r1" -> "r2"/);
    await apply();
    expect(onDevice("r2")).toMatchObject({ serial: 1 });
    expect(existsSync(join(folder, "devices/r1.json"))).toBe(false);
  });

  it("takes in what exists, by its id", async () => {
    await workspace(device("r1", "a"));
    await mkdir(join(folder, "devices"));
    await writeFile(join(folder, "devices/r1.json"), JSON.stringify({ config: "a\n", secret: "", serial: 7 }));
    expect((await terraform(["import", "sample_device.r1", "r1"])).all).toContain("Import successful!");
    expect((await plan()).exitCode).toBe(0);
    expect((await terraform(["state", "show", "sample_device.r1"])).all).toMatch(/serial += 7/);
  });

  it("fails to take in what does not exist", async () => {
    await workspace(device("r1", "a"));
    const imported = await terraform(["import", "sample_device.r1", "r1"]);
    expect(imported).toMatchObject({
      exitCode: 1,
      all: expect.stringContaining("Cannot import non-existent remote object") as string,
    });
  });
});

describe("secrets", () => {
  const withSecret = (secret: string, secretVersion: number) => `
    ephemeral "sample_secret" "key" { value = "${secret}" }
    ${device("r1", "a", `secret_wo = ephemeral.sample_secret.key.doubled\n secret_version = ${secretVersion}`)}`;

  it("reach the device, and neither state nor plan", async () => {
    await workspace(withSecret("hush", 1));
    await terraform(["plan", "-out=saved.plan"]);
    await terraform(["apply", "saved.plan"]);
    expect(onDevice("r1")).toMatchObject({ secret: "hushhush" });
    const planned = unzip(await readFile(join(folder, "saved.plan")));
    expect(planned.includes("secret_version")).toBe(true);
    expect(planned.includes("hushhush")).toBe(false);
    expect(state()).toMatch(/"secret_wo": ?null/);
    expect(state()).not.toContain("hushhush");
    expect(journal()).toContain("closed true");
  });

  it("are pushed again only when their version changes", async () => {
    await workspace(withSecret("one", 1));
    await apply();
    await declare(withSecret("two", 1));
    expect((await plan()).exitCode).toBe(0);
    await declare(withSecret("two", 2));
    await apply();
    expect(onDevice("r1")).toMatchObject({ secret: "twotwo" });
  });
});

describe("words for the user", () => {
  it("point at the attribute, and name a nested one", async () => {
    await workspace(device("r1", "a", "tunnel = { mtu = 100 }"));
    const validated = await terraform(["validate"]);
    expect(validated.exitCode).toBe(1);
    expect(validated.all).toMatch(/Error: tunnel\.mtu has a value that cannot be/);
    expect(validated.all).toMatch(/on main\.tf line \d+, in resource "sample_device" "r1":\n +\d+: +tunnel = /);
    expect(validated.all).toContain("an MTU is 576 or more.");
  });

  it("name a function's parameter", async () => {
    await workspace('output "mtu" { value = provider::sample::tunnel_mtu(1500, "gre") }');
    expect((await apply()).all).toContain("mtu = 1476");
    await declare('output "mtu" { value = provider::sample::tunnel_mtu(1500, "ipip") }');
    expect((await plan()).all).toMatch(/Invalid value for "mode" parameter: no mode is named ipip/);
  });

  it("tell a number that cannot be kept", async () => {
    await workspace(device("r1", "a", "weight = 1/3"));
    expect((await plan()).all).toMatch(/weight: this number has more digits than can be kept/);
  });

  it("tell what is missing when the provider's own configuration is not known yet", async () => {
    await workspace("");
    const body = `
      resource "terraform_data" "root" { input = "\${path.root}/devices" }
      ${device("r1", "a")}
      data "sample_device_state" "r9" { host = "r9" }`;
    await writeFile(join(folder, "main.tf"), head.replace(/root = .*" /, "root = terraform_data.root.output ") + body);
    const planned = await plan();
    expect(planned.all).toContain("Error: The provider's configuration is not known yet");
    expect(planned.all).toContain("with data.sample_device_state.r9");
    expect(planned.all).not.toContain("with sample_device.r1");
  });

  it("tell a bug as an error of one resource, and the others go on", async () => {
    await workspace(device("r1", "throw") + device("r2", "a"));
    const applied = await apply();
    expect(applied.exitCode).toBe(1);
    expect(applied.all).toMatch(/Error: The provider failed unexpectedly\n\n +with sample_device\.r1/);
    expect(applied.all).not.toContain("Plugin did not respond");
    expect(onDevice("r2")).toMatchObject({ serial: 1 });
  });

  it("save what was half done, to be replaced", async () => {
    await workspace(device("r1", "halfway").replace(/<<-EOT\n +halfway\n +EOT/, '"halfway"'));
    expect((await apply()).all).toContain("Error: The session was lost after writing");
    expect((await plan()).all).toMatch(/sample_device\.r1 is tainted, so (it )?must be replaced/);
  });

  it("show the stack of a crash", async () => {
    await workspace(device("r1", "crash"));
    const applied = await apply();
    expect(applied.exitCode).toBe(1);
    // OpenTofu keeps what a provider said at its end to its log.
    if (isOpenTofu) expect(applied.all).toContain("Plugin did not respond");
    else {
      expect(applied.all).toMatch(/The terraform-provider-sample_v0\.1\.0 plugin crashed!/);
      expect(applied.all).toMatch(/panic: Error: a bug in a callback\n +at /);
    }
    expect(await readdir(join(folder, "tmp"))).toEqual([]);
  });

  it("are read from the log at the level that is asked for", async () => {
    await workspace(device("r1", "a"));
    const logs = join(folder, "log");
    await start(["plan"], { env: { TF_LOG_PROVIDER: "debug", TF_LOG_PATH: logs } });
    const text = await readFile(logs, "utf8");
    expect(text).toMatch(/\[DEBUG\] provider\.terraform-provider-sample_v0\.1\.0: shutting down/);
    expect(text).not.toContain('"@message"');
  });

  it("tell that Node.js is missing or too old", async () => {
    await workspace("");
    const bin = join(folder, "bin");
    await mkdir(bin);
    const run = () => execa(binary, { env: { PATH: bin }, extendEnv: false, reject: false });
    expect(await run()).toMatchObject({
      exitCode: 1,
      stdout: expect.stringMatching(/needs Node\.js 20 or later on PATH \(none was found\)/) as string,
    });
    await writeFile(join(bin, "node"), "#!/bin/sh\necho v18.20.1\n");
    await chmod(join(bin, "node"), 0o755);
    expect((await run()).stdout).toBe("this Terraform provider needs Node.js 20 or later on PATH (found v18.20.1)");
    await declare(device("r1", "a"));
    const planned = await plan();
    expect(planned.exitCode).toBe(2);
    const terraformFile = (await execa("which", [terraformBinary])).stdout;
    const without = await execa(terraformFile, ["plan", "-no-color"], {
      cwd: folder,
      env: { ...environment(), PATH: bin },
      extendEnv: false,
      reject: false,
      all: true,
    });
    expect(without.all.replace(/\s+/g, " ")).toContain(
      "this Terraform provider needs Node.js 20 or later on PATH (found v18.20.1)",
    );
  });

  it("tell whoever starts it by hand", async () => {
    await workspace("");
    const byHand = await execa(binary, { reject: false });
    expect(byHand).toMatchObject({
      exitCode: 1,
      stdout: "",
      stderr: expect.stringContaining("Terraform starts it") as string,
    });
  });
});

describe("an end before the end", () => {
  const first = device("r1", "a");
  const waiting = device("r2", "wait", "depends_on = [sample_device.r1]");
  const last = device("r3", "a", "depends_on = [sample_device.r2]");

  it("by Ctrl-C: what was done is kept, what waits is given up, nothing is left running", async () => {
    await workspace(first + waiting + last);
    const applying = start(["apply", "-auto-approve"], { detached: true });
    await until(() => journal().includes("waiting"));
    expect(providers()).toHaveLength(1);
    process.kill(-applying.pid!, "SIGINT");
    const { exitCode, all } = await applying;
    expect(exitCode).toBe(1);
    expect(String(all)).toContain("Error: Interrupted");
    expect(String(all)).toContain("given up half way");
    expect(String(all)).not.toMatch(/crashed|panic|did not respond/);
    expect((await terraform(["state", "list"])).all).toBe("sample_device.r1");
    await until(() => providers().length === 0, 2000);
    expect(existsSync(join(folder, ".terraform.tfstate.lock.info"))).toBe(false);
    expect(await readdir(join(folder, "tmp"))).toEqual([]);
  });

  it("by a second Ctrl-C, though terraform has said nothing: what waits is given up", async () => {
    await workspace(waiting.replace("depends_on = [sample_device.r1]", ""));
    const logs = join(folder, "log");
    const applying = start(["apply", "-auto-approve"], { env: { TF_LOG_PROVIDER: "debug", TF_LOG_PATH: logs } });
    await until(() => journal().includes("waiting"));
    const provider = providers()[0]!;
    process.kill(provider, "SIGINT");
    await until(() => readFileSync(logs, "utf8").includes("SIGINT: waiting for StopProvider"));
    expect(readFileSync(logs, "utf8")).not.toContain("asked to stop");
    process.kill(provider, "SIGINT");
    expect(String((await applying).all)).toContain("Error: Interrupted");
  });

  it("by kill -9 of terraform: the provider follows within two seconds", async () => {
    await workspace(first + waiting);
    const applying = start(["apply", "-auto-approve"]);
    await until(() => journal().includes("waiting"));
    expect(providers()).toHaveLength(1);
    applying.kill("SIGKILL");
    await until(() => providers().length === 0, 2000);
    expect((await readdir(join(folder, "tmp"))).filter((name) => name.startsWith("terraform-provider-"))).toEqual([]);
    expect(journal()).toContain("provider closed");
  });
});

it("under --debug one process serves many runs", async () => {
  await workspace(device("r1", "a"));
  const provider = execa(binary, ["--debug"], { cwd: folder, env: environment(), reject: false });
  started.push(provider);
  let printed = "";
  provider.stdout.on("data", (text: Buffer) => (printed += text.toString()));
  await until(() => printed.includes("\n"));
  const reattach = /TF_REATTACH_PROVIDERS='(.*)'/.exec(printed)?.[1] ?? "";
  const env = { TF_REATTACH_PROVIDERS: reattach };
  expect((await terraform(["apply", "-auto-approve"], { env })).all).toContain("1 added");
  expect((await terraform(["plan", "-detailed-exitcode"], { env })).exitCode).toBe(0);
  expect(providers()).toEqual([provider.pid]);
  provider.kill("SIGINT");
  expect((await provider).exitCode).toBe(0);
});

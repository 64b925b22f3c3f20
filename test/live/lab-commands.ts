/** What the live tests run, as a user would: cdktf, terraform, tunnelwright, ssh. Nothing here mocks anything. */
import { execa } from "execa";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";

export const root = resolve(import.meta.dirname, "../..");
const quietEnvironment = { CHECKPOINT_DISABLE: "1", DISABLE_VERSION_CHECK: "1", TF_IN_AUTOMATION: "1", NO_COLOR: "1" };

/** How a command ended, and all it printed. */
export interface Ended {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
  /** Standard output and standard error as they came. */
  readonly all: string;
}

/** Runs a command in the project's folder; a non-zero exit code is a result. */
export async function run(
  command: string,
  args: readonly string[],
  options: { cwd?: string; timeoutMs?: number } = {},
): Promise<Ended> {
  const { cwd = root, timeoutMs = 180_000 } = options;
  const { exitCode, stdout, stderr, all } = await execa(command, args, {
    cwd,
    timeout: timeoutMs,
    env: quietEnvironment,
    reject: false,
    all: true,
    stripFinalNewline: false,
  });
  return { exitCode, stdout, stderr, all };
}

/** The folders and files of one lab. */
export function labPlaces(lab: string) {
  const directory = join(root, ".tunnelwright", lab);
  return {
    directory,
    stack: join(root, "cdktf.out/stacks", lab),
    sshConfig: join(directory, "ssh_config"),
    latestResult: join(directory, "results/latest.json"),
  };
}

/** A command on a node, by plain OpenSSH and the lab's own ssh_config. */
export async function onNode(lab: string, node: string, command: string): Promise<string> {
  const { stdout, exitCode, stderr } = await run("ssh", ["-F", labPlaces(lab).sshConfig, node, command], {
    timeoutMs: 20_000,
  });
  if (exitCode !== 0) throw new Error(`${node}: ${command}: ${stderr}`);
  return stdout;
}

/** Everything the Docker engine still has of a lab. */
export async function dockerLeftovers(lab: string): Promise<string[]> {
  const filter = ["--filter", `label=tunnelwright.lab=${lab}`];
  const [containers, networks] = await Promise.all([
    run("docker", ["ps", "--all", "--format", "{{.Names}}", ...filter]),
    run("docker", ["network", "ls", "--format", "{{.Name}}", ...filter]),
  ]);
  return `${containers.stdout}${networks.stdout}`.split("\n").filter((line) => line !== "");
}

/** Pids of processes whose command line names the text. */
export async function processesNaming(text: string): Promise<string[]> {
  const { stdout } = await run("pgrep", ["--full", text]);
  return stdout.split("\n").filter((line) => line !== "" && line !== `${process.pid}`);
}

/** The lab's pre-shared key, to look for it where it must not be. */
export function readKey(lab: string, tunnel: string): string {
  return readFileSync(join(labPlaces(lab).directory, "psk", tunnel), "utf8").trim();
}

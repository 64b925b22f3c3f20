/** What the live tests run, as a user would: cdktf, terraform, tunnelwright. Nothing here mocks anything. */
import { execa } from "execa";
import { request } from "node:http";
import { join, resolve } from "node:path";
import { openLinuxSession } from "../../devices/connect-linux.ts";
import { inventoryTargets, readInventory } from "../../devices/inventory.ts";
import { allProcesses } from "../../devices/processes.ts";

export const root = resolve(import.meta.dirname, "../..");
export const quietEnvironment = {
  CHECKPOINT_DISABLE: "1",
  DISABLE_VERSION_CHECK: "1",
  TF_IN_AUTOMATION: "1",
  NO_COLOR: "1",
  // cdktf's cache (~/.terraform.d/plugin-cache) would link to the providers of the stack that was the first to use it, in whatever
  // folder: a synth without that stack, or its clone's removal, takes them from under every other stack's plain terraform.
  CDKTF_DISABLE_PLUGIN_CACHE_ENV: "1",
};

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
  options: { cwd?: string; timeoutMs?: number; env?: Readonly<Record<string, string>> } = {},
): Promise<Ended> {
  const { cwd = root, timeoutMs = 180_000, env = {} } = options;
  const { exitCode, stdout, stderr, all } = await execa(command, args, {
    cwd,
    timeout: timeoutMs,
    env: { ...quietEnvironment, ...env },
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
    latestResult: join(directory, "results/latest.json"),
  };
}

/** A shell command on a node, over the project's own SSH with the lab's keys. */
export async function onNode(lab: string, node: string, command: string, timeoutMs = 10_000): Promise<string> {
  const { directory } = labPlaces(lab);
  const target = (await inventoryTargets(directory, await readInventory(directory))).get(node);
  if (!target) throw new Error(`the lab ${lab} has no node ${node}`);
  const session = await openLinuxSession({ ...target, connectTimeoutMs: 10_000 });
  try {
    const { stdout, stderr, exitCode } = await session.run(["sh", "-c", command], { timeoutMs });
    if (exitCode !== 0) throw new Error(`${node}: ${command}: ${stderr}`);
    return stdout;
  } finally {
    await session.close();
  }
}

/** Everything the Docker engine still has of a lab. */
export async function dockerLeftovers(lab: string): Promise<string[]> {
  const filters = encodeURIComponent(JSON.stringify({ label: [`tunnelwright.lab=${lab}`] }));
  const [containers, networks] = await Promise.all([
    askEngine("GET", `/containers/json?all=true&filters=${filters}`),
    askEngine("GET", `/networks?filters=${filters}`),
  ]);
  return [
    ...(JSON.parse(containers) as { Names: string[] }[]).flatMap((c) => c.Names),
    ...(JSON.parse(networks) as { Name: string }[]).map((n) => n.Name),
  ];
}

/** Asks the Docker engine over its socket; gives the body as text, whatever it is. */
export async function askEngine(method: "GET" | "POST", path: string): Promise<string> {
  return new Promise((resolveBody, reject) => {
    const asked = request({ socketPath: "/var/run/docker.sock", method, path, agent: false }, (answer) => {
      let body = "";
      answer.setEncoding("latin1");
      answer.on("data", (part: string) => (body += part));
      answer.on("end", () =>
        (answer.statusCode ?? 0) < 400
          ? resolveBody(body)
          : reject(new Error(`the engine answered ${answer.statusCode ?? 0}: ${body}`)),
      );
    });
    asked.on("error", reject);
    asked.end();
  });
}

/** Pids of processes of this folder whose command line names the text. */
export function processesNaming(text: string): number[] {
  return (
    allProcesses()
      .filter(({ pid }) => pid !== process.pid)
      // Another folder's are nobody's business here.
      .filter(({ folder, words }) => `${folder}/`.startsWith(`${root}/`) && words.join(" ").includes(text))
      .map(({ pid }) => pid)
  );
}

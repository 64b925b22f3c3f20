/** What processes weigh: proportional set size, so that shared pages are counted once. */
import { execa } from "execa";
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const sampleMs = 50;
const resourceCount = 100;

/** Pss of every router's container in MiB. User-mode Linux runs as several processes in one memory; each memory is counted once. */
export async function routersPssMiB(lab: string): Promise<Record<string, number>> {
  const { stdout } = await execa("docker", [
    "ps",
    "--format",
    "{{.Names}}",
    "--filter",
    `label=tunnelwright.lab=${lab}`,
  ]);
  const named = await Promise.all(
    stdout.split("\n").map(async (name) => {
      const { stdout: pids } = await execa("docker", ["top", name, "-o", "pid"]);
      const memories = new Map<string, number>();
      for (const pid of pids.split("\n").slice(1)) {
        const pss = pssKiB(pid.trim());
        if (pss !== undefined) memories.set(memoryIdentity(pid.trim()), pss);
      }
      return [name, [...memories.values()].reduce((sum, kib) => sum + kib, 0) / 1024] as const;
    }),
  );
  return Object.fromEntries(named);
}

/** The largest Pss of our provider while Terraform makes 100 of its resources, in MiB. */
export async function providerPssMiB(folder: string, root: string): Promise<number> {
  try {
    const mirror = join(folder, "terraform.d/plugins/tunnelwright.invalid/tunnelwright/tunnelwright/0.1.0");
    mkdirSync(mirror, { recursive: true });
    symlinkSync(
      join(root, "dist/plugins/tunnelwright.invalid/tunnelwright/tunnelwright/0.1.0/linux_amd64"),
      join(mirror, "linux_amd64"),
    );
    const resources = Object.fromEntries(
      Array.from({ length: resourceCount }, (_, index) => [
        `lab${index}`,
        { lab: `lab${index}`, directory: join(folder, "labs", String(index)), nodes: { r1: "192.0.2.1" } },
      ]),
    );
    const configuration = {
      terraform: {
        required_providers: {
          tunnelwright: { source: "tunnelwright.invalid/tunnelwright/tunnelwright", version: "0.1.0" },
        },
      },
      resource: { tunnelwright_lab_access: resources },
    };
    writeFileSync(join(folder, "main.tf.json"), JSON.stringify(configuration));
    await execa("terraform", ["init", "-input=false"], { cwd: folder });
    const apply = execa("terraform", ["apply", "-auto-approve", "-input=false"], { cwd: folder });
    let peakKiB = 0;
    const sampling = setInterval(() => {
      for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name)))
        if (
          commandOf(pid).includes(folder) ||
          (commandOf(pid).includes("terraform-provider-tunnelwright") && cwdIs(pid, folder))
        )
          peakKiB = Math.max(peakKiB, pssKiB(pid) ?? 0);
    }, sampleMs);
    await apply.finally(() => clearInterval(sampling));
    return peakKiB / 1024;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function pssKiB(pid: string): number | undefined {
  const found = /^Pss:\s+(\d+) kB/m.exec(read(`/proc/${pid}/smaps_rollup`));
  return found ? Number(found[1]) : undefined;
}

/** Processes of one memory have the same mappings to the page. */
function memoryIdentity(pid: string): string {
  return read(`/proc/${pid}/smaps_rollup`);
}

function commandOf(pid: string): string {
  return read(`/proc/${pid}/cmdline`);
}

function cwdIs(pid: string, folder: string): boolean {
  return read(`/proc/${pid}/environ`).includes(`PWD=${folder}`);
}

/** Empty for a process that ended meanwhile. */
function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

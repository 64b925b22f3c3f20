/** A lab of which the transit runs alone, as an SSH server of this process, and the command line without a process of its own. */
import { Command, CommanderError } from "commander";
import { chmodSync } from "node:fs";
import { join } from "node:path";
import { onTestFinished, vi } from "vitest";
import type { Running } from "../../../cli/running.ts";
import { plannedLab } from "../checks/samples.ts";
import { RouterServer } from "../devices/router-server.ts";
import { makeFolder } from "./support.ts";

export const lab = "gre-over-ipsec";

/** The lab's folder; each program of the transit is a script of bash, and notes what it is given in the file `asked`. */
export async function standUpTransit(programs: Readonly<Record<string, string>>) {
  const folder = makeFolder();
  folder.write("asked", "");
  const paths = Object.entries(programs).map(([path, script]) => {
    const name = path.split("/").at(-1) ?? "";
    folder.write(name, `#!/bin/bash\nprintf '%s\\n' "$*" >>"\${0%/*}/asked"\n${script}\n`);
    chmodSync(join(folder.path, name), 0o755);
    return [path, join(folder.path, name)] as const;
  });
  const isp = await RouterServer.open({ programs: Object.fromEntries(paths) });
  onTestFinished(() => isp.close());
  const home = `.tunnelwright/${lab}`;
  folder.write(`${home}/plan.json`, JSON.stringify(plannedLab()));
  folder.write(`${home}/key`, isp.userKeys.privateKey);
  const place = { address: "127.0.0.1", hostKey: isp.hostKeys.publicKey };
  folder.write(
    `${home}/inventory.json`,
    JSON.stringify({
      format: "tunnelwright-inventory/1",
      lab,
      identityFile: "key",
      nodes: { isp: { ...place, port: isp.port } },
    }),
  );
  return folder;
}

/** How verbs are added to a program. */
export type AddVerbs = (program: Command, running: Running) => void;

/** Calls a verb in the folder: what it prints, and how it ends. */
export async function callVerb(
  add: AddVerbs,
  folder: { readonly path: string },
  args: readonly string[],
  signal: AbortSignal = new AbortController().signal,
) {
  const ended: { code: number | string; stdout: string; stderr: string } = { code: "", stdout: "", stderr: "" };
  const note = (where: "stdout" | "stderr") => (text: unknown) => {
    ended[where] += String(text);
    return true;
  };
  const spies = [
    vi.spyOn(console, "log").mockImplementation((text) => note("stdout")(`${String(text)}\n`)),
    vi.spyOn(console, "error").mockImplementation((text) => note("stderr")(`${String(text)}\n`)),
    vi.spyOn(process.stdout, "write").mockImplementation(note("stdout")),
    vi.spyOn(process.stderr, "write").mockImplementation(note("stderr")),
    vi.spyOn(process, "cwd").mockReturnValue(folder.path),
  ];
  const program = new Command("tunnelwright").exitOverride();
  add(program, {
    signal,
    run: async (work) => {
      ended.code = await work();
    },
  });
  try {
    await program.parseAsync(["node", "tunnelwright", ...args]);
  } catch (error) {
    if (error instanceof CommanderError) ended.code = "misuse";
    else if (error instanceof Error) Object.assign(ended, { code: error.name, stderr: error.message });
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  return ended;
}

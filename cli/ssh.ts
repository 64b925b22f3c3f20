/** `ssh`: a node of a running lab, by the lab's own keys. */
import { execa } from "execa";
import { join, relative } from "node:path";
import { readInventory } from "../devices/inventory.ts";
import type { ExitCode } from "./exit-codes.ts";
import { labFolder, LackingError, mustBeUp, mustHaveNode } from "./lab-folder.ts";
import { withRunningLab } from "./running-lab.ts";

/** A login on this terminal, by the machine's own ssh; gives its exit code. */
export async function logIn(lab: string, node: string): Promise<ExitCode> {
  await mustBeUp(lab);
  const { nodes, iosNodes = {} } = await readInventory(labFolder(lab));
  mustHaveNode(lab, node, [...Object.keys(nodes), ...Object.keys(iosNodes)]);
  const config = relative("", join(labFolder(lab), "ssh_config"));
  const { exitCode, failed, cause } = await execa("ssh", ["-F", config, node], { stdio: "inherit", reject: false });
  if (exitCode === undefined && failed) throw new LackingError(`ssh could not be run: ${String(cause)}`);
  return exitCode as ExitCode;
}

/** Runs a command by its argument vector, prints what it printed, byte for byte, and gives its exit code. */
export async function runThere(
  lab: string,
  node: string,
  command: readonly string[],
  signal: AbortSignal,
): Promise<ExitCode> {
  return withRunningLab(lab, { signal }, async ({ plan, on }) => {
    mustHaveNode(
      lab,
      node,
      plan.nodes.map(({ name }) => name),
    );
    return on(node, async (session) => {
      const running = await session.start(command, { signal, stdoutTo: process.stdout });
      const exitCode = await running.ended;
      process.stderr.write((await running.stop(0)).stderr);
      return exitCode as ExitCode;
    });
  });
}

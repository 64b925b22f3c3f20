/** `complete`: what a shell asks when somebody presses Tab. */
import tab from "@bomb.sh/tab/commander";
import type { Command } from "commander";
import { synthesizedLabs } from "./lab-folder.ts";

/** Adds the command; the program has all others by now. The names of labs are those of this folder. */
export async function addCompletion(program: Command): Promise<void> {
  const labs = await synthesizedLabs();
  for (const command of tab(program).commands.values()) {
    const lab = command.arguments.get("lab");
    if (lab)
      lab.handler = (complete) => {
        for (const name of labs) complete(name, "lab");
      };
  }
}

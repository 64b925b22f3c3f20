/** `complete`: what a shell asks when somebody presses Tab. */
import tab from "@bomb.sh/tab/commander";
import type { Command } from "commander";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { isLabName } from "./lab-folder.ts";

/** Adds the command; the program has all others by now. The names of labs are those of this folder. */
export function addCompletion(program: Command): void {
  for (const command of tab(program).commands.values()) {
    const lab = command.arguments.get("lab");
    if (lab)
      lab.handler = (complete) => {
        for (const name of labNames()) complete(name, "lab");
      };
  }
}

function labNames(): string[] {
  if (!existsSync(".tunnelwright")) return [];
  const names = readdirSync(".tunnelwright").filter(isLabName);
  return names.filter((name) => existsSync(join(".tunnelwright", name, "plan.json"))).sort();
}

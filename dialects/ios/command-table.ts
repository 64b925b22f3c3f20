/**
 * The commands that are known, by mode, as data: `understood` ones say something about a tunnel, `ignored` ones have no bearing on it.
 * The syntax is CommandTree's. docs/ios.md shows this table.
 * @see Cisco IOS Security Command Reference; Cisco IOS Interface and Hardware Component Command Reference
 */
import { cryptoModes } from "./commands/crypto.ts";
import { execMode } from "./commands/exec.ts";
import { globalMode } from "./commands/global.ts";
import { interfaceMode } from "./commands/interface.ts";
import { routingModes } from "./commands/routing.ts";

/** The commands of one mode. */
export interface ModeTable {
  /** How the prompt names the mode: `config-if`; the routers' own words differ by release. */
  readonly prompts: readonly string[];
  /** The mode that a line is tried in when it is none of this one's. */
  readonly parent: string | null;
  readonly understood: Readonly<Record<string, string | readonly string[]>>;
  /** Which understood commands open a mode. */
  readonly enters: Readonly<Record<string, string>>;
  readonly ignored: readonly string[];
  /** Ignored commands that open a section, all of whose lines are ignored. */
  readonly ignoredSections: readonly string[];
}

export const commandTable = {
  exec: execMode,
  global: globalMode,
  interface: interfaceMode,
  ...cryptoModes,
  ...routingModes,
} as const satisfies Record<string, ModeTable>;

/** The name of a mode in the table. */
export type ModeName = keyof typeof commandTable;
/** The name of an understood command of a mode. */
export type CommandName<M extends ModeName> = keyof (typeof commandTable)[M]["understood"];
export const modeNames = Object.keys(commandTable) as ModeName[];

/** True for the name of a mode. */
export function isModeName(text: string): text is ModeName {
  return Object.hasOwn(commandTable, text);
}

/** The door: which command printed this, and what it says. */
import type { PrintedLine } from "./ios-lines.ts";
import { iosLines } from "./ios-lines.ts";
import { readCryptoSessions, type CryptoSessions } from "./read-crypto-sessions.ts";
import { readIkev2Sas, type Ikev2Sas } from "./read-ikev2-sas.ts";
import { readInterfaces, readIpInterfaces, type IosInterfaces, type IosIpInterfaces } from "./read-interfaces.ts";
import type { IpsecSas } from "./ipsec-sas.ts";
import { readIpsecSas } from "./read-ipsec-sas.ts";
import { readIsakmpSas, type IsakmpSas } from "./read-isakmp-sas.ts";
import { readOspfNeighbors, type IosOspfNeighbors } from "./read-ospf-neighbors.ts";

/** What a `show` command said, by `kind`. */
export type ShowObservation =
  IsakmpSas | Ikev2Sas | IpsecSas | CryptoSessions | IosInterfaces | IosIpInterfaces | IosOspfNeighbors;

/** One reading of one output. */
export interface ShowReading {
  /** The command in full words. */
  readonly command: string;
  /**
   * `read`: the output has the command's form. `nothing`: it is empty, which is an answer only where another prompt follows.
   * `refused`: the router printed an error. `strange`: something else was pasted.
   */
  readonly outcome: "read" | "nothing" | "refused" | "strange";
  /** The router's words where it refused. */
  readonly said: string | null;
  readonly observation: ShowObservation;
  /** Lines that the reader does not know; of outputs made of many sentences, only those before the first record. */
  readonly unread: readonly PrintedLine[];
}

type Reader = (output: string) => {
  readonly observation: ShowObservation;
  readonly unread: readonly PrintedLine[];
  readonly hasForm: boolean;
};

const readers: Readonly<Record<string, Reader>> = {
  "show crypto isakmp sa": readIsakmpSas,
  "show crypto ikev2 sa": readIkev2Sas,
  "show crypto ipsec sa": readIpsecSas,
  "show crypto session": readCryptoSessions,
  "show interfaces": readInterfaces,
  "show ip interface": readIpInterfaces,
  "show ip ospf neighbor": readOspfNeighbors,
};

/** The commands that can be read, in full words. */
export const readableCommands: readonly string[] = Object.keys(readers);

/** The readable command that was typed, abbreviated as IOS allows; `null` for any other. */
export function readableCommand(typed: string): string | null {
  const words = typed.trim().toLowerCase().split(/\s+/);
  if (words.includes("brief") || words.includes("|")) return null;
  const known = readableCommands.filter((command) => {
    const full = command.split(" ");
    return full.length <= words.length && full.every((word, at) => matches(word, words[at] ?? ""));
  });
  // `show ip ospf neighbor` has more words than `show ip …`; the longest is meant.
  return known.sort((a, b) => b.split(" ").length - a.split(" ").length)[0] ?? null;
}

/** `inter`, `int` and IOS's own singular `interface` all mean interfaces; `show cry i` would be ambiguous on a router too. */
function matches(full: string, typed: string): boolean {
  if (typed === "") return false;
  if (full.startsWith(typed))
    return full !== "isakmp" && full !== "ipsec" && full !== "ikev2" ? true : typed.length >= 2;
  return full === "neighbor" && typed === "neighbors";
}

/**
 * Reads the output of a readable command.
 * @throws RangeError for a command that is not in {@link readableCommands}, abbreviated or not.
 */
export function readShow(typed: string, output: string): ShowReading {
  const command = readableCommand(typed);
  const reader = command === null ? undefined : readers[command];
  if (command === null || !reader)
    throw new RangeError(`${JSON.stringify(typed)} cannot be read; these can: ${readableCommands.join(", ")}`);
  const { observation, unread, hasForm } = reader(output);
  const lines = iosLines(output);
  const refusal = lines.find(({ text }) => /^\s*(% ?[A-Z]|Command authorization failed)/.test(text));
  const outcome = hasForm ? "read" : refusal ? "refused" : lines.length === 0 ? "nothing" : "strange";
  return { command, outcome, said: outcome === "refused" ? (refusal?.text.trim() ?? null) : null, observation, unread };
}

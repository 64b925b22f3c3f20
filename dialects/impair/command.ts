/** The argument vectors of the router's program `impair` (images/router/files/impair). */
import type { Impairment, ImpairmentEffect } from "../../model/impairment.ts";

const program = "/usr/lib/tunnelwright/impair";

/** Puts these in force, beside what is in force already; one of the same kind, device and way takes the place of the one before. */
export function impairCommand(impairments: readonly Impairment[]): readonly string[] {
  return [program, "add", ...impairments.map(({ device, way, effect }) => `${device}/${way}/${effectWord(effect)}`)];
}

/** Takes everything away that impairs these interfaces, by what is there; prints what is left, for `readImpairments`. */
export function restoreCommand(devices: readonly string[]): readonly string[] {
  return [program, "remove", ...devices];
}

/** The same for every interface of the node. */
export function restoreAllCommand(): readonly string[] {
  return [program, "remove-all"];
}

/** Prints what is in force, for `readImpairments`; changes nothing. */
export function showImpairmentsCommand(): readonly string[] {
  return [program, "show"];
}

function effectWord(effect: ImpairmentEffect): string {
  switch (effect.kind) {
    case "cut":
    case "block-icmp":
      return effect.kind;
    case "loss":
      return `loss=${probabilityOf(effect.percent)}`;
    case "delay":
      return `delay=${effect.delayMs},${effect.jitterMs}`;
    case "mtu":
      return `mtu=${effect.mtuBytes}`;
  }
}

/** Never in exponents; nine digits are finer than the 31 bits the kernel compares. */
function probabilityOf(percent: number): string {
  return percent >= 100 ? "1" : (percent / 100).toFixed(9).replace(/0+$/, "").replace(/\.$/, ".0");
}

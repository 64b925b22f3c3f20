import type { Impairment, ImpairmentEffect, LinkWay } from "../../model/impairment.ts";

/**
 * What is in force at a node, from what `impair show` and `impair remove` print: the kernel's own words, so that a rule that
 * was taken away by hand is not told, and one that was left half done is.
 * Throws where a part is missing: the text is not the program's.
 * @see iptables-save(8), tc-netem(8), ip-rule(8)
 */
export function readImpairments(text: string): Impairment[] {
  const rules = partOf(text, "rules");
  const jumpsIn = rules.includes("-A PREROUTING -j IMPAIR-IN");
  const jumpsOut = rules.includes("-A POSTROUTING -j IMPAIR-OUT");
  const queues = partOf(text, "queues");
  return [
    ...rules.flatMap(readRule).filter(({ way }) => (way === "in" ? jumpsIn : jumpsOut)),
    ...queues.flatMap(readQueue).filter(({ device, way }) => way === "out" || isLedAway(queues, device)),
    ...partOf(text, "routing").flatMap(readRoutingRule),
  ].sort((a, b) => a.device.localeCompare(b.device) || a.way.localeCompare(b.way) || order(a) - order(b));
}

/** Between which two instants of the router's clock a change of its rules lies. */
export interface ChangeMoment {
  /** Milliseconds since 1970, with fractions. */
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
}

/** The moment that the program told; `null` when it changed no rule. */
export function readChangeMoment(text: string): ChangeMoment | null {
  const [, before, after] = /^moment (\d+\.\d+) (\d+\.\d+)$/m.exec(text) ?? [];
  if (before === undefined || after === undefined) return null;
  const ms = (seconds: string): number => Math.round(Number(seconds) * 1e6) / 1e3;
  return { notBeforeMs: ms(before), notAfterMs: ms(after) };
}

function partOf(text: string, name: string): string[] {
  const lines = text.split("\n");
  const start = lines.indexOf(`[${name}]`);
  if (start === -1) throw new Error(`the router's impair program did not tell its ${name}`);
  const end = lines.findIndex((line, index) => index > start && /^\[\w+\]$/.test(line));
  return lines.slice(start + 1, end === -1 ? undefined : end);
}

function readRule(line: string): Impairment[] {
  const [, chain, device = "", rest = ""] = /^-A IMPAIR-(IN|OUT) -[io] (\S+) (.*)$/.exec(line) ?? [];
  if (chain === undefined) return [];
  const way: LinkWay = chain === "IN" ? "in" : "out";
  const probability = /^-m statistic --mode random --probability ([\d.]+) -j DROP$/.exec(rest)?.[1];
  if (probability !== undefined) {
    // iptables-save prints the nearest of 2^31 steps.
    const percent = Math.round(Number(probability) * 1e8) / 1e6;
    return [{ device, way, effect: { kind: "loss", percent } }];
  }
  if (rest === "-j DROP") return [{ device, way, effect: { kind: "cut" } }];
  if (rest === "-p icmp -m icmp --icmp-type 3/4 -j DROP") return [{ device, way, effect: { kind: "block-icmp" } }];
  return [];
}

function readQueue(line: string): Impairment[] {
  const [, through = "", rest = ""] = /^qdisc netem \S+ dev (\S+) root (.*)$/.exec(line) ?? [];
  const [, delay, jitter] = /\bdelay (\S+)(?: {2}(\S+))?/.exec(rest) ?? [];
  if (delay === undefined) return [];
  const device = through.replace(/^ifb-/, "");
  const effect: ImpairmentEffect = { kind: "delay", delayMs: milliseconds(delay), jitterMs: milliseconds(jitter) };
  return [{ device, way: device === through ? "out" : "in", effect }];
}

/** What comes in waits only if it is led to where it is to wait. */
function isLedAway(queues: readonly string[], device: string): boolean {
  return queues.some((line) => line.startsWith(`qdisc ingress ffff: dev ${device} `));
}

/** `50ms`, `1.5s`, `999us`: tc/tc_util.c `print_time`. */
function milliseconds(text = "0ms"): number {
  const [, number = "0", unit] = /^([\d.]+)(us|ms|s)$/.exec(text) ?? [];
  return Number(number) * (unit === "s" ? 1000 : unit === "us" ? 0.001 : 1);
}

/** Preferences and table numbers are those of images/router/files/impair. */
function readRoutingRule(line: string): Impairment[] {
  const [, preference, word, device = "", table] = /^(220[78]):\s.*\b([io]if) (\S+) .*lookup (\d+)/.exec(line) ?? [];
  if (preference === undefined) return [];
  const effect: ImpairmentEffect = { kind: "mtu", mtuBytes: Number(table) - 2_000_000 };
  return [{ device, way: word === "iif" ? "in" : "out", effect }];
}

function order({ effect }: Impairment): number {
  return ["cut", "loss", "delay", "mtu", "block-icmp"].indexOf(effect.kind);
}

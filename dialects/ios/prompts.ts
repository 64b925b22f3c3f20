/** Which lines begin with a router's prompt, and whose. */
import { matchLine } from "./match-line.ts";
import type { PhysicalLine } from "./physical-lines.ts";
import type { StrayRun } from "./transcript.ts";

/** A prompt and what was typed behind it. */
export interface Prompted {
  readonly host: string;
  /** The word in parentheses, `config-if`; `null` before `configure terminal`. */
  readonly mode: string | null;
  /** As printed, `R1(config-if)#`. */
  readonly prompt: string;
  readonly typed: string;
}

const form = /^\s{0,8}((?:[A-Za-z0-9][\w.\-/:+@]{0,62})(?:\([^()\s]{1,40}\))?[#>])(.*)$/;
const parts = /^([^(#>]+)(?:\(([^)]+)\))?[#>]$/;

/**
 * The prompts by the index of their line. A word before `#` or `>` is a router's name when it stands before a mode in parentheses
 * somewhere, or before a command: other texts have such words as well.
 */
export function findPrompts(lines: readonly PhysicalLine[]): Map<number, Prompted> {
  const candidates = new Map<number, Prompted>();
  const sure = new Set<string>();
  for (const [index, { text }] of lines.entries()) {
    const candidate = text.includes("#") || text.includes(">") ? parsePrompt(text) : undefined;
    if (!candidate) continue;
    candidates.set(index, candidate);
    const words = candidate.typed.trim().split(/\s+/);
    if (candidate.mode !== null || (words[0] !== "" && matchLine("exec", words).kind === "command"))
      sure.add(candidate.host);
  }
  for (const [index, { host }] of candidates) if (!sure.has(host)) candidates.delete(index);
  return candidates;
}

function parsePrompt(text: string): Prompted | undefined {
  const [, prompt = "", typed = ""] = form.exec(text) ?? [];
  const [, host, mode = null] = parts.exec(prompt) ?? [];
  return host === undefined ? undefined : { host, mode, prompt, typed };
}

/** What defines a name, and what refers to one. */
const definitions =
  /^\s*(?:access-list|ip access-list (?:extended|standard)|crypto ipsec transform-set|crypto ipsec profile|crypto map|route-map|crypto keyring)\s+(\S+)/i;
const references =
  /\b(?:match address|ip access-group|set transform-set|tunnel protection ipsec profile|crypto map|route-map|keyring(?: local)?|match ip address)\s+(\S+)/i;

/**
 * Lines whose prompt is another router's than that of the block they stand in, and that are the block's all the same: they carry on its
 * mode without a break, and define what the block's router refers to and the prompt's router does not.
 */
export function findStrays(
  file: string,
  lines: readonly PhysicalLine[],
  prompts: ReadonlyMap<number, Prompted>,
): StrayRun[] {
  const hosts = new Set([...prompts.values()].map(({ host }) => host));
  if (hosts.size < 2) return [];
  const names = namesByHost(prompts);
  const found: StrayRun[] = [];
  for (const [index, { host, mode }] of prompts) {
    const before = prompts.get(index - 1);
    if (!before || before.host === host || mode === null || mode === "config" || before.mode !== mode) continue;
    const defined: string[] = [];
    let last = index;
    for (let next = prompts.get(last); next?.host === host; next = prompts.get(last)) {
      defined.push(...(definitions.exec(next.typed)?.slice(1) ?? []));
      last += 1;
    }
    last -= 1;
    const name = defined.find(
      (each) =>
        names.referred(before.host).has(each) &&
        !names.defined(before.host).has(each) &&
        !names.referred(host).has(each),
    );
    if (name === undefined) continue;
    found.push({
      file,
      firstLine: lines[index]?.number ?? 0,
      lastLine: lines[last]?.number ?? 0,
      promptHost: host,
      device: before.host,
      because: `they go on in ${before.host}'s ${mode} without a break and define ${name}, which ${before.host} refers to and ${host} does not`,
    });
  }
  return found;
}

function namesByHost(prompts: ReadonlyMap<number, Prompted>) {
  const collect = (form: RegExp) => {
    const byHost = new Map<string, Set<string>>();
    for (const { host, typed } of prompts.values()) {
      const name = form.exec(typed)?.[1];
      if (name !== undefined) byHost.set(host, (byHost.get(host) ?? new Set()).add(name));
    }
    return (host: string): ReadonlySet<string> => byHost.get(host) ?? new Set();
  };
  return { defined: collect(definitions), referred: collect(references) };
}

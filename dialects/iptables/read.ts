/** One table of an `iptables-save` text. */
interface Table {
  readonly chains: string[];
  readonly rules: string[];
}

/**
 * The live firewall in the form of the `firewall` section: our chains (`TW-…`) alone, in the order of `expected`.
 * No drift is the same text. A chain of ours that no built-in chain jumps to has no effect, so it counts as gone.
 * @see iptables-save(8)
 */
export function readFirewall(iptablesSave: string, expected: string): string {
  const live = parseTables(iptablesSave);
  const wanted = parseTables(expected);
  const lines: string[] = [];
  for (const [name, { chains }] of wanted) {
    const table = live.get(name) ?? { chains: [], rules: [] };
    const inForce = table.chains.filter((chain) => isOurs(chain) && isJumpedTo(chain, table.rules));
    const ordered = [
      ...chains.filter((chain) => inForce.includes(chain)),
      ...inForce.filter((chain) => !chains.includes(chain)),
    ];
    lines.push(`*${name}`, ...ordered.map((chain) => `:${chain} - [0:0]`));
    for (const chain of ordered) lines.push(...table.rules.filter((rule) => chainOf(rule) === chain));
    lines.push("COMMIT");
  }
  return lines.map((line) => `${line}\n`).join("");
}

/**
 * Whether a drop of ours (a rule of `guardRules`) is in force: it is there, its built-in chain leads to it, and nothing before it
 * lets such packets by. Gives `in force`, `absent`, or the rule that stands before it.
 */
export function findGuard(iptablesSave: string, drop: string): string {
  const chain = chainOf(drop);
  const builtIn = chain.replace("TW-", "");
  const isGre = drop.includes(" -p gre ");
  const rules = parseTables(iptablesSave).get("filter")?.rules ?? [];
  const main = rules.filter((rule) => chainOf(rule) === builtIn);
  const ours = rules.filter((rule) => chainOf(rule) === chain);
  const jump = main.findIndex((rule) => rule === `-A ${builtIn} -j ${chain}`);
  const at = ours.indexOf(drop);
  if (jump === -1 || at === -1) return "absent";
  const overruling = [...main.slice(0, jump), ...ours.slice(0, at)].find((rule) => mayLetBy(rule, isGre));
  return overruling === undefined ? "in force" : `overruled by ${overruling}`;
}

function mayLetBy(rule: string, isGre: boolean): boolean {
  const protocol = / -p (\S+)/.exec(rule)?.[1];
  return / -j (?:ACCEPT|RETURN)\b/.test(rule) && (!isGre || [undefined, "gre", "47"].includes(protocol));
}

function parseTables(text: string): Map<string, Table> {
  const tables = new Map<string, Table>();
  let current: Table = { chains: [], rules: [] };
  for (const line of text.split("\n")) {
    if (line.startsWith("*")) tables.set(line.slice(1), (current = { chains: [], rules: [] }));
    else if (line.startsWith(":")) current.chains.push(line.slice(1).split(" ")[0] ?? "");
    // `iptables-save -c` puts the counters in front.
    else if (/^(\[\d+:\d+\] )?-A /.test(line)) current.rules.push(line.replace(/^\[\d+:\d+\] /, "").trimEnd());
  }
  return tables;
}

function isOurs(chain: string): boolean {
  return chain.startsWith("TW-");
}

function isJumpedTo(chain: string, rules: readonly string[]): boolean {
  return rules.some((rule) => !isOurs(chainOf(rule)) && rule.endsWith(` -j ${chain}`));
}

function chainOf(rule: string): string {
  return rule.split(" ")[1] ?? "";
}

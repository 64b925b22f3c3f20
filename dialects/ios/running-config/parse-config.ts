/** A line of a configuration and the lines below it. */
export interface ConfigNode {
  /** Without indentation. */
  readonly line: string;
  readonly children: readonly ConfigNode[];
}

interface Growing {
  readonly line: string;
  readonly children: Growing[];
}

/** The words around `show running-config`, and lines that only divide. */
const around =
  /^(?:!.*|end|Building configuration\.\.\.|Current configuration ?:.*|Load for five secs.*|(?:No )?[Tt]ime source is .*|Using \d+ out of \d+ bytes.*)$/;

/**
 * A configuration as the device prints it, by its indentation, which the device never forgets. Banners are left out: their text may
 * look like anything.
 * @see Cisco IOS Configuration Fundamentals, "show running-config"
 */
export function parseConfig(text: string): ConfigNode[] {
  const root: Growing = { line: "", children: [] };
  const open: { readonly depth: number; readonly node: Growing }[] = [{ depth: -1, node: root }];
  let bannerEnd: string | null = null;
  for (const raw of text.split("\n")) {
    const line = raw.trimEnd();
    if (bannerEnd !== null) {
      if (line.includes(bannerEnd)) bannerEnd = null;
      continue;
    }
    const banner = /^banner \S+ (\^C|\S)(.*)$/.exec(line);
    if (banner) {
      const [, delimiter = "", rest = ""] = banner;
      bannerEnd = rest.includes(delimiter) ? null : delimiter;
      continue;
    }
    if (line.trim() === "" || around.test(line.trim())) continue;
    const depth = line.length - line.trimStart().length;
    while ((open.at(-1)?.depth ?? -1) >= depth) open.pop();
    const node: Growing = { line: line.trim(), children: [] };
    open.at(-1)?.node.children.push(node);
    open.push({ depth, node });
  }
  return root.children;
}

/** What stands around a configuration: markdown, web pages, words, and what routers print of their own accord. */

const fence = /^\s*(?:```|~~~|<\/?(?:pre|code)\b[^>]*>|\{code[^}]*\}|\{noformat\}|\[\/?code\])/i;

/** A line that opens or closes a block of code. */
export function isFence(text: string): boolean {
  return fence.test(text);
}

/** `*Mar  1 00:01:02.123: %LINEPROTO-5-UPDOWN: …`. */
export function isSyslog(text: string): boolean {
  return /%[A-Z][A-Z0-9_]*(?:-[A-Z0-9_]+){0,2}-[0-7]-[A-Z0-9_]+:/.test(text);
}

const furniture =
  /^\s*(?:Building configuration|Current configuration ?:|Last configuration change|! Last configuration|NVRAM config last|Using \d+ out of|Enter configuration commands|Load for five secs|Time source is|No time source|Configured from|Press RETURN)/i;

/** What IOS prints around a configuration. */
export function isFurniture(text: string): boolean {
  return furniture.test(text);
}

/** Of these words the ones that come before the first line of a configuration. */
export function startsConfiguration(text: string): boolean {
  return /^\s*(?:Building configuration|Current configuration ?:|Using \d+ out of)/i.test(text);
}

/** A line that is no command and reads like a sentence, a heading or a table. */
export function isProse(text: string): boolean {
  const trimmed = text.trim();
  if (/^(?:#{1,6}\s|>|[*-]\s|\||<|\{%|---|===|\d+\.\s|\*\*|:::)/.test(trimmed)) return true;
  const words = trimmed.split(/\s+/);
  if (/^[A-Z][a-z']*[,:]?$/.test(words[0] ?? "") && words.length >= 3) return true;
  return words.length >= 4 && /[.?!:;,]$/.test(trimmed);
}

/** The router that a heading or a comment names: `### R1`, `**Router-A:**`, `! R2 configuration`. */
export function labelOf(text: string): string | null {
  const bare = text.replace(/^[\s!#*=_:-]+/, "").replace(/[\s!#*=_:-]+$/, "");
  const match =
    /^(?:on |router:? )?([A-Za-z][\w-]{0,29})(?:'s)?(?:\s+(?:router|configuration|config|running-config))?$/i.exec(
      bare,
    );
  const name = match?.[1];
  // A name has a number or a capital; other words are headings.
  return name !== undefined &&
    /\d|^[A-Z]+$/.test(name) &&
    !/^(?:IPv[46]|IKEv[12]|OSPF|EIGRP|BGP|GRE|NAT|ACL|VPN|IPSEC|IOS|CLI|EOF)$/i.test(name)
    ? name
    : null;
}

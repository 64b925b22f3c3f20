/**
 * What two lines of IOS have in common that mean the same: the device prints back another line than it was given.
 * Sources: outputs of 12.4 to 17.3 in public repositories; ansible/ansible issues 42181, 40064, 47067 on what «always changes».
 */

/** The line in one spelling, to compare by; never to send. `header` is the section it stands in, empty at the top. */
export function normalLine(header: string, line: string): string {
  let text = line.trim().replaceAll(/\s+/g, " ");
  if (/^(?:no )?interface /i.test(text))
    return text.replace(/interface (\S+?) ?(\d\S*)$/i, "interface $1$2").toLowerCase();
  if (/^(?:tunnel source|passive-interface|no passive-interface) /.test(text)) text = text.toLowerCase();
  // 15.x prints `encr`, IOS-XE 17 `encryption`.
  if (/^crypto isakmp policy /.test(header)) text = text.replace(/^(no )?encryption /, "$1encr ");
  // IOS-XE numbers the entries of an access list by itself.
  if (/^ip access-list /.test(header))
    text = text.replace(/^\d+ (?=permit|deny|remark)/, "").replace(/^(permit|deny) 47 /, "$1 gre ");
  text = text
    .replace(/^crypto isakmp key 0 /, "crypto isakmp key ")
    .replace(/^(pre-shared-key(?: local| remote)?) 0 /, "$1 ");
  text = text.replace(/^(crypto isakmp keepalive \d+ \d+) on-demand$/, "$1");
  return text === "keepalive" && /^interface tunnel/i.test(header) ? "keepalive 10 3" : text;
}

/** What names a section: a second one of the same name takes its place, whatever else its first line says. */
export function sectionName(header: string): string {
  const text = normalLine("", header);
  return /^crypto ipsec transform-set \S+/.exec(text)?.[0] ?? /^crypto map \S+ \d+/.exec(text)?.[0] ?? text;
}

/** What is so unless said otherwise: the device does not print it. */
const defaults: readonly (readonly [RegExp, RegExp])[] = [
  [/^interface tunnel/i, /^(?:tunnel mode gre ip|no shutdown)$/],
  [/^interface /i, /^no shutdown$/],
  [/^crypto isakmp policy /, /^(?:encr des|hash sha|group 1|lifetime 86400|authentication rsa-sig)$/],
  // New code prints it, old code does not.
  [/^crypto ipsec transform-set /, /^mode tunnel$/],
];

/** True for a normal line that the device may keep to itself. */
export function isDefault(header: string, line: string): boolean {
  return defaults.some(([section, pattern]) => section.test(header) && pattern.test(line));
}

/** Lines of which a section has one: a new value takes the old one's place. The first that fits counts. */
const single = [
  "description",
  "ip address",
  "ip mtu",
  "ip tcp adjust-mss",
  "ip ospf network",
  "ip ospf cost",
  "ip ospf hello-interval",
  "ip ospf dead-interval",
  "tunnel source",
  "tunnel destination",
  "tunnel mode",
  "tunnel key",
  "tunnel path-mtu-discovery",
  "tunnel protection",
  "keepalive",
  "bandwidth",
  "delay",
  "crypto map",
  "encr",
  "encryption",
  "hash",
  "authentication remote",
  "authentication local",
  "authentication",
  "group",
  "lifetime",
  "mode",
  "keyring",
  "dpd",
  "integrity",
  "set transform-set",
  "set pfs",
  "set ikev2-profile",
  "set isakmp-profile",
  "set security-association lifetime",
  "match address",
  "router-id",
  "hostname",
  "ip domain name",
];

/** What a line of one value begins with, `ip mtu`; `null` for a line of which there may be many. */
export function valueHead(header: string, line: string): string | null {
  // At the top there are many crypto maps; on an interface there is one.
  const heads = header === "" ? single.filter((head) => /^(?:hostname|ip domain name)/.test(head)) : single;
  return heads.find((head) => line === head || line.startsWith(`${head} `)) ?? null;
}

/** A pre-shared key for one peer: the peer, and whether the key can be read; `null` for any other line. */
export function preSharedKey(line: string): { readonly peer: string; readonly isReadable: boolean } | null {
  const match = /^crypto isakmp key (?:([67]) )?\S+ ((?:address|hostname) .+)$/.exec(line);
  return match ? { peer: match[2] ?? "", isReadable: match[1] === undefined } : null;
}

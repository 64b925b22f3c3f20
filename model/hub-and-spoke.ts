/** The addresses of a hub and its spokes, planned from one prefix: pure arithmetic, the same every time. */
import { addressText, isPrefix, parsePrefix } from "./addresses.ts";
import type { Finding } from "./finding.ts";
import { finding } from "./rules/catalogue.ts";

/** A site: its router's address, and where its first host is; both with prefix length. */
export interface PlannedSite {
  readonly router: string;
  readonly host: string;
}

/** A link to the provider; both addresses with prefix length. */
export interface PlannedAccess {
  readonly provider: string;
  readonly router: string;
}

/** A spoke's addresses. */
export interface SpokeAddresses {
  readonly access: PlannedAccess;
  readonly site: PlannedSite;
  /** Both ends of the tunnel, with prefix length. */
  readonly tunnel: { readonly hub: string; readonly spoke: string };
}

/** Every address of a hub with its spokes. */
export interface HubAndSpokeAddresses {
  readonly hub: Omit<SpokeAddresses, "tunnel">;
  /** Spoke 1 is the first. */
  readonly spokes: readonly SpokeAddresses[];
}

/** One prefix, and how many spokes. */
export interface HubAndSpokeSize {
  /** A network, such as `10.64.0.0/14`. */
  readonly prefix: string;
  /** 1 or more. */
  readonly spokeCount: number;
}

const sitePrefixLength = 24;
const linkPrefixLength = 30;
const shares = [
  { what: "the sites' networks", within: 1, start: 0, prefixLength: sitePrefixLength },
  { what: "the links to the provider", within: 2, start: 2, prefixLength: linkPrefixLength },
  { what: "the tunnels", within: 2, start: 3, prefixLength: linkPrefixLength },
] as const;

/**
 * Either the addresses, or every fault of what was asked for. The first half of the prefix is for sites (a /24 each), the third quarter
 * for links to the provider and the fourth for tunnels (a /30 each); in each of them the hub is number 0 and spoke k number k. So a
 * spoke keeps its addresses, however many others there are.
 *
 * @example
 * ```ts
 * planHubAndSpoke({ prefix: "10.64.0.0/14", spokeCount: 3 }).addresses?.spokes[0]?.site.router; // "10.64.1.1/24"
 * ```
 */
export function planHubAndSpoke({ prefix: text, spokeCount }: HubAndSpokeSize): {
  readonly addresses: HubAndSpokeAddresses | null;
  readonly findings: readonly Finding[];
} {
  const findings: Finding[] = [];
  const isCount = Number.isInteger(spokeCount) && spokeCount >= 1;
  if (!isCount)
    findings.push(
      finding("hub-and-spoke/count", {
        what: `a hub has ${spokeCount} spokes`,
        where: "spokeCount",
        fix: "give it a whole number, 1 or more",
        seen: String(spokeCount),
        allowed: "1 or more",
      }),
    );
  const prefix = parsePrefix(text);
  if (!isPrefix(prefix)) {
    const fix = "write a network with its prefix length: 10.64.0.0/14";
    findings.push(finding("address/invalid", { what: prefix.problem, where: "prefix", fix, seen: text }));
    return { addresses: null, findings };
  }
  if (prefix.network !== text)
    findings.push(
      finding("address/host-bits", {
        what: `${text} has bits set behind its prefix length`,
        where: "prefix",
        fix: `write ${prefix.network}`,
        seen: text,
        allowed: prefix.network,
      }),
    );
  if (isCount)
    for (const { what, within, prefixLength } of shares) {
      const fit = Math.floor(2 ** (prefixLength - prefix.prefixLength - within));
      const needed = spokeCount + 1;
      if (needed <= fit) continue;
      // Enough for the needed count in this share alone; the smallest of all shares' answers mends all of them.
      const longest = prefixLength - within - Math.ceil(Math.log2(needed));
      findings.push(
        finding("hub-and-spoke/prefix-too-small", {
          what: `${prefix.network} has room for ${fit} of ${what}, and a hub with ${spokeCount} spokes needs ${needed}`,
          where: "prefix",
          fix: longest < 0 ? "declare fewer spokes" : `use a prefix of /${longest} or shorter, or declare fewer spokes`,
          seen: String(fit),
          allowed: `${needed} or more`,
        }),
      );
    }
  if (findings.length > 0) return { addresses: null, findings };

  const networkAt = ({ within, start, prefixLength }: (typeof shares)[number], number: number): number =>
    prefix.first + (start * 2 ** (32 - prefix.prefixLength)) / 2 ** within + number * 2 ** (32 - prefixLength);
  const [sites, links, tunnels] = shares;
  const at = (share: (typeof shares)[number], number: number, host: number): string =>
    `${addressText(networkAt(share, number) + host)}/${share.prefixLength}`;
  const place = (number: number): HubAndSpokeAddresses["hub"] => ({
    access: { provider: at(links, number, 1), router: at(links, number, 2) },
    site: { router: at(sites, number, 1), host: at(sites, number, 10) },
  });
  const spokes = Array.from({ length: spokeCount }, (_, index) => ({
    ...place(index + 1),
    tunnel: { hub: at(tunnels, index + 1, 1), spoke: at(tunnels, index + 1, 2) },
  }));
  return { addresses: { hub: place(0), spokes }, findings };
}

/** What becomes of an IP packet that is larger than the next link: RFC 791 section 3.2, and RFC 8200 section 4.5 at the sender. */
import { ipHeaderBytesOf } from "./overhead.ts";

/** One fragment: an IP packet of its own. */
export interface Fragment {
  /** The whole IP packet, its header included. */
  readonly bytes: number;
  /** Where its payload stood in the packet's payload; a multiple of 8. */
  readonly offsetBytes: number;
  /** More follow (MF). */
  readonly more: boolean;
}

/** RFC 8200 section 4.5. */
const ipv6FragmentHeaderBytes = 8;

/** The least MTU over which a packet can be cut: a header, and 8 bytes of payload. */
export function leastMtuBytes(family: "ipv4" | "ipv6"): number {
  return ipHeaderBytesOf(family) + (family === "ipv6" ? ipv6FragmentHeaderBytes : 0) + 8;
}

/**
 * The packet as it crosses a link: whole when it fits, else in fragments, each as large as fits; the payload of all but
 * the last is a multiple of 8.
 *
 * @param packetBytes the IP packet, its header included
 * @param mtuBytes largest IP packet of the link
 * @throws RangeError when the link carries no fragment at all.
 * @example
 * ```ts
 * fragmentsOf(1552, 1500).map(({ bytes }) => bytes); // [1500, 72]
 * ```
 */
export function fragmentsOf(packetBytes: number, mtuBytes: number, family: "ipv4" | "ipv6" = "ipv4"): Fragment[] {
  if (packetBytes <= mtuBytes) return [{ bytes: packetBytes, offsetBytes: 0, more: false }];
  const header = ipHeaderBytesOf(family);
  const headers = header + (family === "ipv6" ? ipv6FragmentHeaderBytes : 0);
  const room = mtuBytes - headers;
  // All but the last are a multiple of 8; the last may fill the link.
  const step = Math.floor(room / 8) * 8;
  if (step < 8) throw new RangeError(`a link of ${mtuBytes} bytes carries no fragment of a packet of ${packetBytes}`);
  const fragments: Fragment[] = [];
  let left = packetBytes - header;
  for (let offsetBytes = 0; left > 0; offsetBytes += step) {
    const payload = left <= room ? left : step;
    left -= payload;
    fragments.push({ bytes: headers + payload, offsetBytes, more: left > 0 });
  }
  return fragments;
}

/**
 * Bytes of the packet that the fragments are of.
 *
 * @throws RangeError when one is missing, or two overlap.
 * @example
 * ```ts
 * reassembledBytes(fragmentsOf(5140, 1500)); // 5140
 * ```
 */
export function reassembledBytes(fragments: readonly Fragment[], family: "ipv4" | "ipv6" = "ipv4"): number {
  const header = ipHeaderBytesOf(family);
  if (fragments.length === 1 && fragments[0]?.more === false && fragments[0].offsetBytes === 0)
    return fragments[0].bytes;
  const headers = header + (family === "ipv6" ? ipv6FragmentHeaderBytes : 0);
  const inOrder = [...fragments].sort((a, b) => a.offsetBytes - b.offsetBytes);
  let next = 0;
  for (const { bytes, offsetBytes } of inOrder) {
    if (offsetBytes !== next)
      throw new RangeError(`a fragment at offset ${next} is missing, the next is at ${offsetBytes}`);
    next += bytes - headers;
  }
  if (inOrder.at(-1)?.more !== false) throw new RangeError(`the last fragment is missing, at offset ${next}`);
  return header + next;
}

/** What could not be read, and why: a value, never an exception. */

/** The layer whose bytes could not be read; `file` and `record` are the capture file's own framing. */
export type LayerName =
  | "file"
  | "record"
  | "ethernet"
  | "linux-sll"
  | "linux-sll2"
  | "raw-ip"
  | "ipv4"
  | "ipv6"
  | "icmp"
  | "icmpv6"
  | "udp"
  | "esp"
  | "ike"
  | "gre"
  | "tcp"
  | "ospf";

/** Bytes that do not say what their place promises. */
export interface Malformed {
  readonly kind: "malformed";
  readonly layer: LayerName;
  /** `cut`: the rest was there on the wire, but the capture (or an ICMP quotation) stopped. `invalid`: the bytes contradict themselves. */
  readonly cause: "cut" | "invalid";
  /** One line with the numbers, e.g. `tcp header says 40 bytes, 32 are there`. */
  readonly reason: string;
}

/** Makes the value; the reason begins with a small letter and has no full stop. */
export function malformed(layer: LayerName, cause: Malformed["cause"], reason: string): Malformed {
  return { kind: "malformed", layer, cause, reason };
}

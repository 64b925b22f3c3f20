/** What Docker's overlay network (VXLAN between engines) costs a packet, and how its ports are told apart. */

/** Bytes an overlay adds to each IP packet on the wire between two engines, layer by layer. */
export const overlayLayers = [
  { name: "outer IPv4 header", bytes: 20, source: "RFC 791 section 3.1" },
  { name: "UDP header", bytes: 8, source: "RFC 768" },
  { name: "VXLAN header", bytes: 8, source: "RFC 7348 section 5" },
  { name: "inner Ethernet header", bytes: 14, source: "IEEE 802.3" },
] as const;

/** Their sum: 50 bytes. */
export const overlayOverheadBytes = overlayLayers.reduce((sum, { bytes }) => sum + bytes, 0);

/**
 * The largest IP packet that an overlay network carries, in bytes, where the engines' own network carries `underlayMtuBytes`.
 *
 * @example
 * ```ts
 * overlayMtuBytes(1500); // 1450
 * ```
 */
export function overlayMtuBytes(underlayMtuBytes: number): number {
  return underlayMtuBytes - overlayOverheadBytes;
}

/**
 * The MAC address that Docker gives to a port of an overlay network, by the port's IPv4 address; its forwarding knows the port by it.
 *
 * @example
 * ```ts
 * overlayMacAddress("10.213.1.14"); // "02:42:0a:d5:01:0e"
 * ```
 */
export function overlayMacAddress(dockerAddress: string): string {
  const octets = dockerAddress.split(".").map((octet) => Number(octet).toString(16).padStart(2, "0"));
  return ["02", "42", ...octets].join(":");
}

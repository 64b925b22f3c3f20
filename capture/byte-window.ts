/** Part of a packet with its own bounds; network byte order, as everything above the file's framing is. */
import { Address6 } from "ip-address";
import { malformed, type LayerName, type Malformed } from "./malformed.ts";

/**
 * The bytes of one layer. The reading methods throw outside the window, so ask `lacks` first.
 * A window that `isCut` ends where the capture stopped, not where the packet did.
 */
export class ByteWindow {
  readonly bytes: Uint8Array;
  readonly isCut: boolean;
  readonly #view: DataView;

  constructor(bytes: Uint8Array, isCut: boolean) {
    this.bytes = bytes;
    this.isCut = isCut;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get length(): number {
    return this.bytes.byteLength;
  }

  uint8(offset: number): number {
    return this.#view.getUint8(offset);
  }

  uint16(offset: number): number {
    return this.#view.getUint16(offset);
  }

  uint32(offset: number): number {
    return this.#view.getUint32(offset);
  }

  /** The IPv4 address at the offset, `198.51.100.2`. */
  ipv4Address(offset: number): string {
    return Array.from(this.bytes.subarray(offset, offset + 4)).join(".");
  }

  /** The IPv6 address at the offset as RFC 5952 writes it: `2001:db8::1`. */
  ipv6Address(offset: number): string {
    return Address6.fromUnsignedByteArray(Array.from(this.bytes.subarray(offset, offset + 16))).correctForm();
  }

  /** The Ethernet address at the offset, `02:00:00:00:00:01`. */
  macAddress(offset: number): string {
    return Array.from(this.bytes.subarray(offset, offset + 6), (byte) => byte.toString(16).padStart(2, "0")).join(":");
  }

  /** The window from the offset on. */
  from(offset: number): ByteWindow {
    return new ByteWindow(this.bytes.subarray(offset), this.isCut);
  }

  /** The window from the offset to the end, both counted in this window; it is cut only if this one is cut before that end. */
  slice(offset: number, end: number): ByteWindow {
    return new ByteWindow(this.bytes.subarray(offset, end), this.isCut && end > this.length);
  }

  /** The same bytes, known to go on behind the window's end. */
  asCut(): ByteWindow {
    return new ByteWindow(this.bytes, true);
  }

  /** Undefined when the window holds that many bytes; otherwise what is missing. */
  lacks(neededBytes: number, layer: LayerName, what: string): Malformed | undefined {
    if (this.length >= neededBytes) return undefined;
    const said = `${what} needs ${neededBytes} bytes, ${this.length} are there`;
    return malformed(layer, this.isCut ? "cut" : "invalid", said);
  }
}

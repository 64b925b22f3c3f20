/** Bytes of a capture file to records: pcap or pcapng, told apart by their first four bytes. */
import type { CaptureRecord } from "./capture-record.ts";
import { malformed } from "./malformed.ts";
import { pcapMagics, readPcap } from "./read-pcap.ts";
import { readPcapng, sectionHeaderType } from "./read-pcapng.ts";

/**
 * Reads a whole capture file; never throws. What cannot be read is a `malformed` record with the reason, so a file that was cut
 * short ends in one.
 *
 * @example
 * ```ts
 * for (const record of readCapture(stdout)) if (record.kind === "packet") console.log(dissect(record));
 * ```
 */
export function readCapture(file: Uint8Array): CaptureRecord[] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (view.byteLength < 4) {
    return [{ ...malformed("file", "cut", `${view.byteLength} bytes are no capture file`), offsetBytes: 0 }];
  }
  const magic = view.getUint32(0);
  if (magic === sectionHeaderType) return readPcapng(file);
  if (pcapMagics.has(magic)) return readPcap(file);
  const seen = magic.toString(16).padStart(8, "0");
  return [{ ...malformed("file", "invalid", `begins with 0x${seen}: neither pcap nor pcapng`), offsetBytes: 0 }];
}

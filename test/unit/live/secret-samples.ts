/** Secrets that protect nothing, and archives to hide them in. */
import { createHash } from "node:crypto";
import { deflateRawSync } from "node:zlib";
import { generateSshKeyPair } from "../../../devices/ssh-keys.ts";

/** A pre-shared key as the provider makes them; the same for the same seed. With `+`, `/` and `=` in it, which forms differ by. */
export function samplePreSharedKey(seed: string): string {
  for (let count = 0; ; count += 1) {
    const text = createHash("sha256").update(`${seed} ${count}`).digest("base64");
    if (text.includes("+") && text.includes("/")) return text;
  }
}

export const samplePrivateKey = generateSshKeyPair("sample.tunnelwright");
export const otherPrivateKey = generateSshKeyPair("other.tunnelwright");

interface File {
  readonly name: string;
  readonly content: Buffer;
}

/** A zip archive, stored or deflated. The checksums are left empty: the scan does not look at them. */
export function zipOf(files: readonly File[], deflated: boolean): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const { name, content } of files) {
    const packed = deflated ? deflateRawSync(content) : content;
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(deflated ? 8 : 0, 4);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(content.length, 18);
    common.writeUInt16LE(Buffer.byteLength(name), 22);
    const local = Buffer.concat([Buffer.from("PK\x03\x04", "latin1"), common, Buffer.from(name), packed]);
    const entry = Buffer.alloc(42);
    common.copy(entry, 2);
    entry.writeUInt16LE(20, 0);
    entry.writeUInt32LE(at, 38);
    directory.push(Buffer.from("PK\x01\x02", "latin1"), entry, Buffer.from(name));
    locals.push(local);
    at += local.length;
  }
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(Buffer.concat(directory).length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...locals, ...directory, end]);
}

/** A tar archive in ustar form. */
export function tarOf(files: readonly File[]): Buffer {
  const blocks = files.flatMap(({ name, content }) => {
    const header = Buffer.alloc(512);
    header.write(name, 0);
    header.write("0000600\0", 100);
    header.write("0000000\0", 108);
    header.write(content.length.toString(8).padStart(11, "0"), 124);
    header.write("0", 156);
    header.write("ustar\x0000", 257, "latin1");
    return [header, content, Buffer.alloc((512 - (content.length % 512)) % 512)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

/** The ways in which a secret may be written: as it stands, in base64, hexadecimal, escaped for JSON, a URL or a page, as a list of numbers. */

/** Bytes to look for, and what they would be. */
export interface Pattern {
  readonly form: string;
  readonly bytes: Buffer;
}

/** Something that may stand in its own file alone. */
export interface Secret {
  readonly name: string;
  readonly patterns: readonly Pattern[];
}

/** A run of this many characters counts: a leak that was cut, or wrapped into lines, is one as well. */
const runLength = 24;
/** A body's runs are told as one is told of a key that was pasted: longer, so that none is an accident. */
const bodyRunLength = 40;
/** So many characters of a run must be secret: a private key's file also holds its public half. */
const leastSecretInRun = 8;

/** A pre-shared key, kept as base64: the text, and the bytes it stands for. */
export function preSharedKeySecret(name: string, text: string): Secret {
  return secretOf(name, [...formsOf(Buffer.from(text), "text"), ...formsOf(Buffer.from(text, "base64"), "bytes")]);
}

/** An OpenSSH private key (ed25519): each run of its body that holds a secret, and its 32 secret bytes. */
export function privateKeySecret(name: string, file: string): Secret {
  const lines = file
    .trim()
    .split("\n")
    .filter((line) => !line.startsWith("-----"));
  const body = lines.join("");
  const lineLength = lines[0]?.length ?? 0;
  const { check, seed, bytes } = secretPartsOf(Buffer.from(body, "base64"), name);
  const within = (index: number, [from, to]: readonly [number, number]) =>
    index >= Math.floor((from * 4) / 3) && index < Math.ceil((to * 4) / 3);
  const isSecret = (index: number) => within(index, check) || within(index, seed);
  const patterns: Pattern[] = [];
  for (let from = 0; from + bodyRunLength <= body.length; from += 1) {
    const indices = Array.from({ length: bodyRunLength }, (_, step) => from + step);
    if (indices.filter(isSecret).length < leastSecretInRun) continue;
    for (const [form, lineBreak] of lineBreaks) {
      const run = indices.map((i) => (i > from && i % lineLength === 0 ? lineBreak : "") + body.charAt(i)).join("");
      patterns.push({ form: `body, ${form}`, bytes: Buffer.from(run) });
    }
  }
  // The body written in yet another way: from the part of each line that holds the seed.
  for (const [number, line] of lines.entries()) {
    const part = Array.from(line).filter((_, column) => within(number * lineLength + column, seed));
    if (part.length >= runLength) patterns.push(...formsOf(Buffer.from(part.join("")), "body"));
  }
  return secretOf(name, [...patterns, ...formsOf(bytes, "bytes")]);
}

const lineBreaks: readonly (readonly [string, string])[] = [
  ["in one line", ""],
  ["as it stands", "\n"],
  ["CRLF", "\r\n"],
  ["JSON-escaped", "\\n"],
  ["JSON-escaped twice", "\\\\n"],
  ["in words", " "],
];

/** From RFC 4253 strings in PROTOCOL.key of OpenSSH: where the check bytes and the 32 secret bytes stand. */
function secretPartsOf(
  file: Buffer,
  name: string,
): { check: readonly [number, number]; seed: readonly [number, number]; bytes: Buffer } {
  const skip = (at: number) => at + 4 + file.readUInt32BE(at);
  const magic = "openssh-key-v1\0";
  if (file.toString("latin1", 0, magic.length) !== magic) throw new Error(`${name} is not an OpenSSH private key`);
  const publicKey = skip(skip(skip(magic.length))) + 4;
  const check = skip(publicKey) + 4;
  const seed = skip(skip(check + 8)) + 4;
  if (file.readUInt32BE(seed - 4) !== 64) throw new Error(`${name} is not an ed25519 key`);
  return { check: [check, check + 8], seed: [seed, seed + 32], bytes: file.subarray(seed, seed + 32) };
}

/** Every form of some bytes. */
function formsOf(bytes: Buffer, what: string): Pattern[] {
  const list = (numbers: readonly string[], separator: string) => numbers.join(separator);
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0"));
  const decimal = Array.from(bytes, String);
  const texts: readonly (readonly [string, string])[] = [
    ...[0, 1, 2].flatMap((shift) => base64At(bytes, shift).map((text) => ["base64", text] as const)),
    ["hexadecimal", list(hex, "")],
    ["hexadecimal", list(hex, "").toUpperCase()],
    ["hexadecimal list", list(hex, " ")],
    ["hexadecimal list", list(hex, ":")],
    ["hexadecimal list", list(hex, ":").toUpperCase()],
    ["hexadecimal list", list(hex, ", 0x")],
    ["hexadecimal list", list(hex, ",0x")],
    ["list of numbers", list(decimal, ",")],
    ["list of numbers", list(decimal, ", ")],
    ["list of numbers", list(decimal, " ")],
    ["URL-encoded", escaped(bytes, /[A-Za-z0-9._~-]/, (hex2) => `%${hex2.toUpperCase()}`)],
    ["URL-encoded", escaped(bytes, /[A-Za-z0-9._~-]/, (hex2) => `%${hex2}`)],
    ["URL-encoded", escaped(bytes, /[A-Za-z0-9._~/-]/, (hex2) => `%${hex2.toUpperCase()}`)],
    ["JSON-escaped", JSON.stringify(bytes.toString("latin1")).slice(1, -1)],
    ["JSON-escaped", JSON.stringify(bytes.toString("latin1")).slice(1, -1).replaceAll("/", "\\/")],
    ["JSON-escaped", escaped(bytes, /[ -~]/, (hex2) => `\\u00${hex2}`)],
    ["JSON-escaped", escaped(bytes, /[A-Za-z0-9]/, (hex2) => `\\u00${hex2}`)],
    ["JSON-escaped", escaped(bytes, /[A-Za-z0-9]/, (hex2) => `\\u00${hex2.toUpperCase()}`)],
    ["JSON-escaped twice", bytes.toString("latin1").replaceAll("/", "\\\\/")],
    ["escaped as in C", escaped(bytes, /[ !#-[\]-~]/, (hex2) => `\\x${hex2}`)],
    [
      "escaped as in C",
      escaped(bytes, /[ !#-[\]-~]/, (hex2) => `\\${parseInt(hex2, 16).toString(8).padStart(3, "0")}`),
    ],
    ["escaped as in C", list(hex, "\\x")],
    ["escaped as in HTML", escaped(bytes, /[A-Za-z0-9/=]/, (hex2) => `&#${parseInt(hex2, 16)};`)],
    ["escaped as in HTML", escaped(bytes, /[A-Za-z0-9/]/, (hex2) => `&#${parseInt(hex2, 16)};`)],
    ["escaped as in HTML", escaped(bytes, /[A-Za-z0-9]/, (hex2) => `&#x${hex2.toUpperCase()};`)],
    ["for file names", bytes.toString("latin1").replaceAll("/", "_")],
    ["for file names", bytes.toString("latin1").replaceAll("/", "-")],
    ["quoted-printable", bytes.toString("latin1").replaceAll("=", "=3D")],
  ];
  return [
    ...runsOf(bytes, `${what} as it stands`, what === "bytes" ? runLength / 2 : runLength),
    ...texts.flatMap(([form, text]) =>
      runsOf(Buffer.from(text, "utf8"), `${what}, ${form}`, form === "list of numbers" ? bodyRunLength : runLength),
    ),
    ...runsOf(Buffer.from(bytes.toString("latin1"), "utf16le"), `${what}, UTF-16`, 2 * runLength),
    ...runsOf(Buffer.from(bytes.toString("latin1"), "utf16le").swap16(), `${what}, UTF-16`, 2 * runLength),
  ];
}

/** Base64, both alphabets, of bytes that stand behind `shift` others, without the characters that those and what follows decide. */
function base64At(bytes: Buffer, shift: number): string[] {
  const encoded = Buffer.concat([Buffer.alloc(shift), bytes]).toString("base64");
  const from = Math.ceil((shift * 4) / 3);
  const inner = encoded.slice(from, Math.floor(((shift + bytes.length) * 4) / 3));
  return [inner, inner.replaceAll("+", "-").replaceAll("/", "_")];
}

function escaped(bytes: Buffer, plain: RegExp, escape: (hex: string) => string): string {
  return Array.from(bytes, (byte) => {
    const character = String.fromCharCode(byte);
    return plain.test(character) ? character : escape(byte.toString(16).padStart(2, "0"));
  }).join("");
}

/** Every run of the given length, or the whole where it is shorter. */
function runsOf(bytes: Buffer, form: string, length: number): Pattern[] {
  if (bytes.length <= length) return [{ form, bytes }];
  return Array.from({ length: bytes.length - length + 1 }, (_, from) => ({
    form,
    bytes: bytes.subarray(from, from + length),
  }));
}

/** A pattern that two forms share is told as the first of them. */
function secretOf(name: string, patterns: readonly Pattern[]): Secret {
  const unique = new Map<string, Pattern>();
  for (const pattern of patterns) {
    const key = pattern.bytes.toString("latin1");
    if (!unique.has(key)) unique.set(key, pattern);
  }
  return { name, patterns: [...unique.values()] };
}

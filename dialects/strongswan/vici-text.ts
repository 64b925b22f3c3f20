/**
 * The text form of a vici message, as `swanctl --raw` prints it: `name {key=value list=[a b] section {…}}`.
 * Nothing is quoted, so a value ends at the next space or brace, and an item of a list may hold brackets of its own
 * (`198.51.100.2/32[gre]`).
 * @see strongSwan src/libcharon/plugins/vici/libvici.c `vici_dump`
 */
export type ViciValue = string | readonly string[] | ViciSection;
export interface ViciSection {
  readonly [key: string]: ViciValue;
}

/** One printed message: what it is (`list-sa event`) and what it holds. */
export interface ViciMessage {
  readonly name: string;
  readonly body: ViciSection;
}

/** The messages of a `swanctl --raw` output; refuses text whose braces do not close. Other lines (plugin warnings) are passed over. */
export function parseViciMessages(text: string): ViciMessage[] {
  const messages: ViciMessage[] = [];
  const header = /(?:^|\n)([\w-]+ (?:event|reply)) \{/g;
  for (let match = header.exec(text); match; match = header.exec(text)) {
    const reader = { text, at: header.lastIndex };
    messages.push({ name: match[1] ?? "", body: readSection(reader) });
    header.lastIndex = reader.at;
  }
  return messages;
}

/** The text of a key; undefined when it is not there or not a text. */
export function viciText(section: ViciSection, key: string): string | undefined {
  const value = section[key];
  return typeof value === "string" ? value : undefined;
}

/** The items of a key; none when it is not there. */
export function viciList(section: ViciSection, key: string): readonly string[] {
  const value = section[key];
  return isList(value) ? value : [];
}

/** The sections in a section, by name. */
export function viciSections(section: ViciSection): [string, ViciSection][] {
  return Object.entries(section).filter(
    (entry): entry is [string, ViciSection] => typeof entry[1] === "object" && !isList(entry[1]),
  );
}

function isList(value: ViciValue | undefined): value is readonly string[] {
  return Array.isArray(value);
}

/** The deepest of charon's own is 4: the selectors of a child of a connection. */
const deepest = 16;

interface Reader {
  readonly text: string;
  at: number;
}

/** Reads up to and with the brace that closes; the opening one is behind us. */
function readSection(reader: Reader, depth = 0): ViciSection {
  if (depth > deepest) throw new Error(`a vici message is nested deeper than ${deepest} at character ${reader.at}`);
  // A key is a router's word: `__proto__` is one like any other.
  const section = Object.create(null) as Record<string, ViciValue>;
  for (;;) {
    skipSpace(reader);
    if (peek(reader) === "}") {
      reader.at++;
      return section;
    }
    const key = readUntil(reader, /[\s={}]/);
    if (key === "" && peek(reader) !== "=")
      throw new Error(`a vici message breaks off or is malformed at character ${reader.at}`);
    if (peek(reader) === "=") {
      reader.at++;
      section[key] = peek(reader) === "[" ? readList(reader) : readUntil(reader, /[\s{}]/);
      continue;
    }
    skipSpace(reader);
    if (peek(reader) === "{") {
      reader.at++;
      section[key] = readSection(reader, depth + 1);
    }
    // Else: a word of a value that holds spaces, such as a distinguished name. Nothing of ours has one.
  }
}

function readList(reader: Reader): string[] {
  const items: string[] = [];
  reader.at++;
  for (;;) {
    skipSpace(reader);
    if (peek(reader) === "]") {
      reader.at++;
      return items;
    }
    const item = /^(?:[^\s[\]]|\[[^\]]*\])+/.exec(reader.text.slice(reader.at, reader.at + 400))?.[0];
    if (item === undefined) throw new Error(`a vici list breaks off or is malformed at character ${reader.at}`);
    items.push(item);
    reader.at += item.length;
  }
}

function peek(reader: Reader): string | undefined {
  return reader.text[reader.at];
}

function skipSpace(reader: Reader): void {
  while (/\s/.test(peek(reader) ?? "")) reader.at++;
}

function readUntil(reader: Reader, end: RegExp): string {
  const start = reader.at;
  while (reader.at < reader.text.length && !end.test(peek(reader) ?? "")) reader.at++;
  return reader.text.slice(start, reader.at);
}

/** Text from devices and users, made fit for a terminal: it may say what it likes, it may do nothing. */

/**
 * Controls (escape codes begin with one), invisible and direction-changing characters, halves of characters, line separators,
 * and what is no character. Every code point that XML 1.0 (section 2.2) forbids is one of these.
 */
const acting = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}]/gu;
const short: ReadonlyMap<string, string> = new Map([
  ["\n", "\\n"],
  ["\r", "\\r"],
  ["\t", "\\t"],
]);

/**
 * The text on one line, each character that a terminal would act on written out.
 *
 * @example
 * ```ts
 * harmless("up\u001b[2J\n✔ pass"); // "up\\x1b[2J\\n✔ pass"
 * ```
 */
export function harmless(text: string): string {
  return text.replace(acting, (character) => short.get(character) ?? writtenOut(character));
}

/** As `harmless`, but line breaks break lines and tabs are spaces: for the output of a command. */
export function harmlessLines(text: string): string[] {
  const lines = text.replace(/\r?\n$/, "").split(/\r?\n/);
  return lines.map((line) => harmless(line.replaceAll("\t", "    ")));
}

/** The lines of a text that have something in them, without the blanks around them; of an error's message the first is what happened. */
export function filledLines(text: string): string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

/** JSON text whose strings hold no acting character; it parses to the same value. JSON's own line breaks stay. */
export function harmlessJson(json: string): string {
  return json.replace(acting, (character) =>
    character === "\n"
      ? character
      : Array.from({ length: character.length }, (_, unit) => {
          const code = character.charCodeAt(unit);
          return `\\u${code.toString(16).padStart(4, "0")}`;
        }).join(""),
  );
}

/** A document as JSON with two spaces of indentation and a line feed at the end; it parses to the same value, and does nothing to a terminal. */
export function harmlessDocument(document: unknown): string {
  return `${harmlessJson(JSON.stringify(document, null, 2))}\n`;
}

function writtenOut(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u{${code.toString(16)}}`;
}

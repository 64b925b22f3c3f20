/** A pasted text as lines: what terminals and web pages put around the words is taken off, and every line keeps its number and its bytes. */

/** One line of the text as it was pasted. */
export interface PhysicalLine {
  /** From 1, in its file. */
  readonly number: number;
  /** The line as it is, without its end. */
  readonly raw: string;
  /** `\n`, `\r\n`, or nothing at the end of the file. */
  readonly terminator: string;
  /** What can be read: without escape codes, erased characters, paging and trailing blanks; tabs are blanks. */
  readonly text: string;
}

/** All lines of a text; joined with their ends they are the text again. */
export function physicalLines(text: string): PhysicalLine[] {
  // A file of an old Macintosh has carriage returns alone.
  const end = text.includes("\n") ? /\r*\n/g : /\r/g;
  const lines: PhysicalLine[] = [];
  let from = 0;
  for (const match of text.matchAll(end)) {
    lines.push(physicalLine(lines.length + 1, text.slice(from, match.index), match[0]));
    from = match.index + match[0].length;
  }
  if (from < text.length) lines.push(physicalLine(lines.length + 1, text.slice(from), ""));
  return lines;
}

function physicalLine(number: number, raw: string, terminator: string): PhysicalLine {
  return { number, raw, terminator, text: readable(raw) };
}

/** ECMA-48: control sequences, and the two-character escapes of terminals. */

const escapes =
  /\u001b(?:\[[0-?]{0,32}[ -/]{0,4}[@-~]|\][^\u0007\u001b]{0,200}(?:\u0007|\u001b\\)|[()#][A-Z0-9]|[=>A-Z78])/g;
const paging = /(?:-- ?More ?--|<--- More --->)/gi;
const invisible = /[\u200b-\u200f\u2028\u2029\u2060\ufeff\u00ad]/g;
const blanks = /[\t\v\f\u00a0\u2000-\u200a\u202f\u3000]/g;

const strange = /[\u0007\b\u001b\r]|[^\u0020-\u007e]|more/i;

function readable(raw: string): string {
  if (!strange.test(raw)) return raw.trimEnd();
  const plain = raw
    .replace(/\r+$/, "")
    .replace(escapes, "")
    .replace(paging, (found, at: number, all: string) => (isPaging(all, at, found.length) ? "\r" : found))
    .replace(invisible, "")
    .replace(blanks, (blank) => (blank === "\t" ? "    " : " "));
  return overwritten(plain).trimEnd();
}

/** `--More--` stands alone or at the beginning of its line; in a description it is a word. */
function isPaging(all: string, at: number, length: number): boolean {
  const before = all.slice(0, at);
  return /^[\s\b\r]*$/.test(before) || /^[\s\b\r]*$/.test(all.slice(at + length));
}

/** What a terminal shows after backspaces and returns to the first column: IOS erases `--More--` with them. */
function overwritten(text: string): string {
  if (!/[\b\r\u0007]/.test(text)) return text;
  const shown: string[] = [];
  let column = 0;
  for (const character of text) {
    if (character === "\b") column = Math.max(0, column - 1);
    else if (character === "\r") {
      column = 0;
      // What follows a return is a line of its own, unless it only erases.
      shown.length = 0;
    } else if (character !== "\u0007") {
      shown[column] = character;
      column += 1;
    }
  }
  return shown.join("");
}

/** Lines of a given width. A column is a code point; texts are laid out first and painted afterwards. */

/** Between two columns. */
export const gap = "  ";

/** Columns that a text takes. */
export function widthOf(text: string): number {
  return Array.from(text).length;
}

/** The text with spaces behind it up to the width; `painted` is what is printed in its place. */
export function pad(text: string, width: number, painted: string = text): string {
  return painted + " ".repeat(Math.max(0, width - widthOf(text)));
}

/** Breaks at spaces only: a word longer than the width keeps its line to itself, so no number is ever cut. Lines after the first may be narrower. */
export function wrap(text: string, width: number, furtherWidth: number = width): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ").filter((part) => part !== "")) {
    const last = lines.at(-1);
    const room = lines.length > 1 ? furtherWidth : width;
    if (last !== undefined && widthOf(last) + 1 + widthOf(word) <= room) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines.length === 0 ? [""] : lines;
}

/** The text wrapped to the total width behind a head; further lines stand under the first one's text. */
export function hang(head: string, text: string, width: number, paintedHead: string = head): string[] {
  const indent = widthOf(head);
  return wrap(text, width - indent).map((line, index) => (index === 0 ? paintedHead : " ".repeat(indent)) + line);
}

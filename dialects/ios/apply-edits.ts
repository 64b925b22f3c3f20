/** Edits put into a text: the rest of it stays byte for byte, new lines look like the lines around them. */
import type { Edit } from "./edit.ts";
import type { DeviceText, ReadLine } from "./transcript.ts";

/** A line of the new text and the line of the old text that it was, from 1; `null` for a new line. */
export interface EditedLine {
  readonly origin: number | null;
  readonly raw: string;
  readonly terminator: string;
}

/** What a file needs to be edited: its lines, and the routers in it. */
export interface EditedFile {
  readonly lines: readonly ReadLine[];
  readonly devices: readonly DeviceText[];
}

/** The lines of the file after the edits. Of two edits that change one line in different ways the first is taken. */
export function applyEdits({ lines, devices }: EditedFile, edits: readonly Edit[]): EditedLine[] {
  const unique = [...new Map(edits.map((edit) => [JSON.stringify(edit), edit])).values()];
  const style = new TextStyle(lines, devices);
  const changed = new Map<number, string>();
  const deleted = new Set<number>();
  const added = new Map<number, string[]>();
  const add = (after: number, more: readonly string[]): void =>
    void added.set(after, [...(added.get(after) ?? []), ...more]);
  for (const edit of unique) {
    switch (edit.kind) {
      case "replace":
        if (!changed.has(edit.line)) changed.set(edit.line, style.replaced(edit.line, edit.words));
        break;
      case "delete":
        deleted.add(edit.line);
        break;
      case "rename":
        break;
      case "insert":
        add(edit.after, style.inserted(edit));
        break;
      case "append": {
        const { after, more } = style.appended(edit);
        add(after, more);
      }
    }
  }
  for (const edit of unique)
    if (edit.kind === "rename")
      changed.set(edit.line, renamed(changed.get(edit.line) ?? style.rawOf(edit.line), edit.from, edit.to));
  for (const [after, more] of added) more.push(...style.leaving(after, more, unique));
  return written(lines, changed, deleted, added);
}

function written(
  lines: readonly ReadLine[],
  changed: ReadonlyMap<number, string>,
  deleted: ReadonlySet<number>,
  added: ReadonlyMap<number, readonly string[]>,
): EditedLine[] {
  const end = lines.find(({ terminator }) => terminator !== "")?.terminator ?? "\n";
  const result: EditedLine[] = [];
  for (const { number, raw, terminator } of lines) {
    if (!deleted.has(number)) result.push({ origin: number, raw: changed.get(number) ?? raw, terminator });
    for (const text of added.get(number) ?? []) result.push({ origin: null, raw: text, terminator: end });
  }
  // A text whose last line had no end goes on having none.
  return result.map((line, at) =>
    at === result.length - 1
      ? { ...line, terminator: lines.at(-1)?.terminator ?? "" }
      : line.terminator === ""
        ? { ...line, terminator: end }
        : line,
  );
}

function renamed(raw: string, from: string, to: string): string {
  const at = raw.indexOf(from);
  return at < 0 ? raw : raw.slice(0, at) + to + raw.slice(at + from.length);
}

class TextStyle {
  readonly #lines: readonly ReadLine[];
  readonly #devices: readonly DeviceText[];

  constructor(lines: readonly ReadLine[], devices: readonly DeviceText[]) {
    this.#lines = lines;
    this.#devices = devices;
  }

  rawOf(number: number): string {
    return this.#lines[number - 1]?.raw ?? "";
  }

  /** Other words between what stands before and behind the old ones. */
  replaced(number: number, words: string): string {
    const line = this.#lines[number - 1];
    if (!line) return words;
    const old = line.words.trim();
    const at = line.raw.lastIndexOf(old);
    if (at >= 0 && old !== "") return line.raw.slice(0, at) + words + line.raw.slice(at + old.length);
    return line.prompt === null ? words : `${line.prompt} ${words}`;
  }

  inserted({ after, words, prompt, depth }: Extract<Edit, { kind: "insert" }>): string[] {
    const line = this.#lines[after - 1];
    if (line?.prompt != null) return [this.#prompted(line, prompt, words)];
    return [`${depth === 0 ? this.#margin(after) : this.#indentAt(after)}${words}`];
  }

  /** Where a new section of a router goes, before its `end`, and how it looks. */
  appended({ device: name, header, words, prompt }: Extract<Edit, { kind: "append" }>): {
    after: number;
    more: string[];
  } {
    const own = this.#devices.find((device) => device.name === name)?.lines ?? [];
    const commands = own.filter(
      ({ words: each, status, reason }) => each.trim() !== "" && (status !== "ignored" || reason !== "prompt alone"),
    );
    const last = commands.at(-1);
    const isEnd = last?.words.trim().toLowerCase() === "end";
    const place = isEnd ? commands.at(-2) : last;
    const after = place?.number ?? this.#lines.length;
    if (place?.prompt != null) {
      const leave =
        /\((?!config\))/.test(place.prompt) && !/^exit?$/.test(place.words.trim()) ? [`${place.prompt} exit`] : [];
      return {
        after,
        more: [
          ...leave,
          this.#prompted(place, "config", header),
          ...words.map((each) => this.#prompted(place, prompt, each)),
        ],
      };
    }
    const isIndented = own.some(({ words: each }) => /^\s+\S/.test(each));
    return {
      after,
      more: [
        `${this.#margin(after)}${header}`,
        ...words.map((each) => `${this.#margin(after)}${isIndented ? " " : ""}${each}`),
        ...(isIndented ? ["!"] : []),
      ],
    };
  }

  /** In a text with prompts a mode that was entered for new lines alone is left before the next line. */
  leaving(after: number, more: readonly string[], edits: readonly Edit[]): string[] {
    const insert = edits.find((edit) => edit.kind === "insert" && edit.after === after);
    const line = this.#lines[after - 1];
    if (line?.prompt == null || insert?.kind !== "insert" || insert.depth === 0) return [];
    const next = this.#lines.slice(after).find(({ prompt }) => prompt !== null);
    const [modeHere, modeNext] = [line.prompt, next?.prompt ?? ""].map((prompt) => /\(([^)]*)\)/.exec(prompt)?.[1]);
    if (modeHere === insert.prompt || modeNext === insert.prompt || modeNext === undefined || more.length === 0)
      return [];
    return [this.#prompted(line, insert.prompt, "exit")];
  }

  /** The indentation of a section's lines: those that are there, else what the text does elsewhere. */
  #indentAt(after: number): string {
    const [line, next] = [this.#lines[after - 1], this.#lines[after]];
    const own = indentOf(line);
    if (line?.command?.opens == null) return own;
    const below = indentOf(next);
    if (next?.prompt === null && next.command !== null && next.command.mode === line.command.opens) return below;
    return this.#lines.some((each) => each.prompt === null && each.command !== null && indentOf(each) !== "")
      ? `${own} `
      : own;
  }

  /** The indentation of the text's outermost lines. */
  #margin(near: number): string {
    const headers = this.#lines.slice(0, near).filter(({ command }) => command?.mode === "global");
    return indentOf(headers.at(-1));
  }

  /** A line behind the prompt of another mode of the same router, as far from it as its neighbour. */
  #prompted(line: ReadLine, mode: string, words: string): string {
    const printed = /^[^(#>]+/.exec(line.prompt ?? "")?.[0] ?? "";
    // The neighbour's own prompt may be the wrong one.
    const owner =
      line.strayFrom === null ? undefined : this.#devices.find((device) => device.lines.includes(line))?.name;
    const gap = /^\s*/.exec(line.words)?.[0] ?? " ";
    const margin = /^\s*/.exec(line.text)?.[0] ?? "";
    return `${margin}${owner ?? printed}(${mode})#${gap}${words}`;
  }
}

function indentOf(line: ReadLine | undefined): string {
  return /^\s*/.exec(line?.words ?? "")?.[0] ?? "";
}

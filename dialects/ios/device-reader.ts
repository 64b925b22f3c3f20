/**
 * The modes of one router while its lines are read: which mode a line is in, and what it is there. Modes are followed as IOS follows
 * them, by what each command opens; a line that is none of its mode's is tried in the modes around it. Indentation only confirms.
 */
import type { ModeName } from "./command-table.ts";
import { matchLine, modesOfPrompt, parentOf, type LineMatch, type ReadCommand } from "./match-line.ts";
import type { LineStatus } from "./transcript.ts";

/** What a line came to be. */
export interface Outcome {
  readonly status: LineStatus;
  readonly reason: string;
  readonly command: ReadCommand | null;
}

/** What may come between this line and the next prompt. */
export type Expected = "commands" | "configuration" | "output";

interface Section {
  readonly status: "ignored" | "unknown";
  readonly indent: number;
}

const furthestBanner = 400;

/** Reads the lines of one router in their order. */
export class DeviceReader {
  /** What unprompted lines are, after the last prompt. */
  expected: Expected = "commands";
  #mode: ModeName = "global";
  #indent = 0;
  #section: Section | null = null;
  /** The mode that was left for a command that is known in the mode around it, and might have been known in this one. */
  #left: ModeName | null = null;
  /** What ends the banner or certificate that is being read. */
  #until: { readonly end: string; readonly what: string } | null = null;

  /** Whether the next line is the body of a banner or certificate. */
  get isInText(): boolean {
    return this.#until !== null;
  }

  /** A new configuration begins. */
  restart(): void {
    this.#enter("global", 0);
    this.#section = null;
    this.#until = null;
  }

  /** A line of the body of a banner or certificate. */
  readText(text: string): Outcome {
    const what = this.#until?.what ?? "text";
    const end = this.#until?.end ?? "";
    if (end === "quit" ? text.trim() === "quit" : text.includes(end)) this.#until = null;
    return ignored(what);
  }

  /**
   * A line of a configuration or typed behind a prompt.
   * @param promptMode the word in the prompt's parentheses; `exec` for none; undefined without a prompt
   * @param following the lines after it, to find the end of a banner
   */
  read(line: string, promptMode: string | undefined, following: (at: number) => string | undefined): Outcome {
    if (promptMode !== undefined) this.#believe(promptMode);
    const text = line.trim();
    const indent = line.length - line.trimStart().length;
    if (text.startsWith("!")) return this.#comment();
    const words = text.split(/\s+/);
    const first = (words[0] ?? "").toLowerCase();
    if (first === "do" && words.length > 1) {
      this.expected = promptMode === undefined ? this.expected : "output";
      return ignored("not of the configuration");
    }
    if (first === "banner") return this.#banner(text, following);
    if (
      promptMode !== undefined &&
      !/^(?:exec|config)$/.test(promptMode) &&
      modesOfPrompt(promptMode).length === 0 &&
      !/^(?:exit|end)$/.test(first)
    )
      return this.#ofSection(this.#section ?? { status: "unknown", indent }, words);
    if (this.#section && promptMode === undefined) {
      const inSection = this.#inSection(this.#section, words, indent);
      if (inSection) return inSection;
    }
    this.#section = null;
    if (isKeyword(first, "exit", 2) && words.length === 1) return this.#exit();
    if (isKeyword(first, "end", 3) && words.length === 1) return this.#end(promptMode);
    if (/^exit-/.test(first)) return this.#exit();
    return this.#command(words, indent, promptMode);
  }

  #comment(): Outcome {
    this.#section = null;
    return ignored("comment");
  }

  /** The mode that a prompt tells is believed where ours is another one. */
  #believe(promptMode: string): void {
    this.#until = null;
    if (promptMode === "exec") {
      this.#enter("exec", 0);
      return;
    }
    this.expected = "commands";
    const modes = modesOfPrompt(promptMode);
    const [first] = modes;
    if (first === undefined || modes.includes(this.#mode)) return;
    this.#enter(first, 0);
  }

  #exit(): Outcome {
    this.#enter(parentOf(this.#mode) ?? (this.#mode === "exec" ? "exec" : "global"), 0);
    return ignored("leaves the mode");
  }

  #end(promptMode: string | undefined): Outcome {
    this.#enter(promptMode === undefined ? "global" : "exec", 0);
    return ignored("ends the configuration");
  }

  #enter(mode: ModeName, indent: number): void {
    this.#mode = mode;
    this.#indent = indent;
    this.#left = null;
  }

  #inSection(section: Section, words: readonly string[], indent: number): Outcome | undefined {
    if (indent > section.indent) return this.#ofSection(section, words);
    if (section.status === "unknown") return undefined;
    if (/^(?:exit|end|quit)/i.test(words[0] ?? "")) return undefined;
    // Text without indentation: a line is the section's unless it is a command of the mode around it.
    return matchLine(this.#mode, words).kind === "command" ||
      (this.#mode !== "global" && matchLine("global", words).kind === "command")
      ? undefined
      : this.#ofSection(section, words);
  }

  #ofSection({ status }: Section, words: readonly string[]): Outcome {
    if (status === "ignored" && (words[0] === "certificate" || /^[0-9A-F]{8}$/.test(words[0] ?? "")))
      if (words[0] === "certificate") this.#until = { end: "quit", what: "certificate" };
    return status === "ignored"
      ? ignored("section without a bearing on tunnels")
      : { status: "unknown", reason: "in a section that is not in the table", command: null };
  }

  #command(words: readonly string[], indent: number, promptMode: string | undefined): Outcome {
    const own = matchLine(this.#mode, words);
    if (own.kind === "command") return this.#take(own.command, indent);
    const isIndented = promptMode === undefined && this.#mode !== "global" && indent > this.#indent;
    if (!isIndented)
      for (let around = parentOf(this.#mode); around !== null; around = parentOf(around)) {
        const match = matchLine(around, words);
        if (match.kind !== "command") continue;
        const left = match.command.name === null && match.command.opens === null ? this.#mode : null;
        this.#enter(around, this.#indent);
        const outcome = this.#take(match.command, indent);
        this.#left = left;
        return outcome;
      }
    if (this.#left !== null) {
      const match = matchLine(this.#left, words);
      if (match.kind === "command") {
        this.#mode = this.#left;
        this.#left = null;
        return this.#take(match.command, indent);
      }
    }
    this.#section = { status: "unknown", indent };
    return failed(own.kind === "unknown" && !isIndented ? matchLine("global", words) : own);
  }

  #take(command: ReadCommand, indent: number): Outcome {
    if (command.mode === "exec") this.#run(command);
    else if (command.opens === "ignored") this.#section = { status: "ignored", indent };
    else if (command.opens !== null && !command.negated) this.#enter(command.opens, indent);
    return command.name === null || command.mode === "exec"
      ? { status: "ignored", reason: "no bearing on tunnels", command: null }
      : { status: "understood", reason: "", command };
  }

  #run({ name }: ReadCommand): void {
    this.expected = name === "show-running" ? "configuration" : "output";
    if (name !== null) this.#enter("global", 0);
  }

  /** `banner motd ^C … ^C`: the text is what stands between two of its first character. */
  #banner(text: string, following: (at: number) => string | undefined): Outcome {
    const [, delimiter = "", rest = ""] = /^banner\s+(?:\S+\s+)?(\^C|\S)(.*)$/is.exec(text) ?? [];
    if (delimiter !== "" && !rest.includes(delimiter))
      for (let at = 0; at < furthestBanner; at += 1) {
        const line = following(at);
        if (line === undefined) break;
        if (line.includes(delimiter)) {
          this.#until = { end: delimiter, what: "banner" };
          break;
        }
      }
    return ignored("banner");
  }
}

function isKeyword(word: string, keyword: string, least: number): boolean {
  return word.length >= least && keyword.startsWith(word);
}

function ignored(reason: string): Outcome {
  return { status: "ignored", reason, command: null };
}

function failed(match: LineMatch): Outcome {
  switch (match.kind) {
    case "incomplete":
      return { status: "refused", reason: "words are missing at the end", command: null };
    case "ambiguous":
      return { status: "refused", reason: `${match.among.slice(0, 4).join(" or ")}?`, command: null };
    case "value":
      return { status: "refused", reason: `${match.wanted} is wanted`, command: null };
    case "unknown":
    case "command":
      return { status: "unknown", reason: "not in the table of commands", command: null };
  }
}

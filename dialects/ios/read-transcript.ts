import { isAnyCommand } from "./match-line.ts";
import { DeviceReader, type Outcome } from "./device-reader.ts";
import { physicalLines, type PhysicalLine } from "./physical-lines.ts";
import { isFence, isFurniture, isProse, isSyslog, labelOf, startsConfiguration } from "./prose.ts";
import { findPrompts, findStrays, type Prompted } from "./prompts.ts";
import type { DeviceText, LineStatus, ReadLine, SourceText, StrayRun, Transcript } from "./transcript.ts";

/**
 * Reads pasted texts: running configurations, transcripts with prompts, flat text, with whatever a terminal or a web page put around them.
 * No line is lost: every line of every text is in its file once, and what is a router's is with that router.
 *
 * @example
 * ```ts
 * readTranscript([{ name: "r1.cfg", text: "hostname r1\nint tu0\nip mtu 1400\n" }]).devices[0]?.name; // "r1"
 * ```
 */
export function readTranscript(sources: readonly SourceText[]): Transcript {
  const read = sources.map((source) => new FileReader(source).read());
  const devices = read.flatMap(({ devices }) => devices);
  return {
    files: read.map(({ name, lines }) => ({ name, lines })),
    devices: toldApart(devices),
    strays: read.flatMap(({ strays }) => strays),
  };
}

/** Two routers of one name get a number. */
function toldApart(devices: readonly DeviceText[]): DeviceText[] {
  const seen = new Map<string, number>();
  return devices.map((device) => {
    const count = (seen.get(device.name) ?? 0) + 1;
    seen.set(device.name, count);
    return count === 1 ? device : { ...device, name: `${device.name}-${count}` };
  });
}

interface OpenDevice {
  name: string | null;
  readonly reader: DeviceReader;
  readonly lines: ReadLine[];
  hasCommands: boolean;
  hasVersion: boolean;
}

class FileReader {
  readonly #file: string;
  readonly #physical: readonly PhysicalLine[];
  readonly #prompts: ReadonlyMap<number, Prompted>;
  readonly #strays: readonly StrayRun[];
  readonly #hasFences: boolean;
  readonly #devices: OpenDevice[] = [];
  readonly #byName = new Map<string, OpenDevice>();
  readonly #lines: ReadLine[] = [];
  #device: OpenDevice | null = null;
  #isFenced = false;
  /** The last line that names a router, above a block: `### R1`. */
  #label: string | null = null;

  constructor({ name, text }: SourceText) {
    this.#file = name;
    this.#physical = physicalLines(text);
    this.#prompts = findPrompts(this.#physical);
    this.#strays = findStrays(name, this.#physical, this.#prompts);
    this.#hasFences = this.#physical.some(({ text: each }) => isFence(each));
  }

  read(): { name: string; lines: ReadLine[]; devices: DeviceText[]; strays: readonly StrayRun[] } {
    for (const [index, line] of this.#physical.entries()) this.#readLine(line, index);
    // Comments alone are no router.
    const kept = this.#devices.filter(({ lines }) => lines.some(({ status }) => status !== "ignored"));
    const stem = this.#file.replace(/^.*[/\\]/, "").replace(/\.[^.]*$/, "");
    const fallback =
      kept.length === 1 && /^[A-Za-z][\w-]{0,29}$/.test(stem) ? () => stem : (at: number) => `router${at + 1}`;
    return {
      name: this.#file,
      lines: this.#lines,
      devices: kept.map(({ name, lines }, at) => ({ name: name ?? fallback(at), file: this.#file, lines })),
      strays: this.#strays,
    };
  }

  #readLine(line: PhysicalLine, index: number): void {
    const prompted = this.#prompts.get(index);
    if (prompted) this.#prompted(line, index, prompted);
    else if (line.text === "") this.#put(line, ignored("blank"), null);
    else this.#unprompted(line, index);
  }

  #prompted(line: PhysicalLine, index: number, { host, mode, prompt, typed }: Prompted): void {
    const stray = this.#strays.find(({ firstLine, lastLine }) => line.number >= firstLine && line.number <= lastLine);
    const device = this.#named(stray?.device ?? host);
    this.#device = device;
    const at = { device, prompt, words: typed, strayFrom: stray ? host : null };
    if (typed.trim() === "") {
      this.#put(line, ignored("prompt alone"), at);
      return;
    }
    const outcome = device.reader.read(typed, mode ?? "exec", (ahead) => this.#physical[index + 1 + ahead]?.text);
    this.#put(line, outcome, at);
    const renamed = outcome.command?.name === "hostname" ? outcome.command.args.name : undefined;
    if (renamed !== undefined && !this.#byName.has(renamed)) {
      this.#byName.set(renamed, device);
      device.name = renamed;
    }
  }

  #unprompted(line: PhysicalLine, index: number): void {
    const { text } = line;
    const device = this.#device;
    const here = device ? { device, prompt: null, words: text, strayFrom: null } : null;
    if (device?.reader.isInText) this.#put(line, device.reader.readText(text), here);
    else if (isFence(text)) this.#fence(line, index);
    else if (isSyslog(text)) this.#put(line, ignored("message of the router"), here);
    else if (/^\s*\^\s*$/.test(text)) this.#put(line, ignored("the router's mark"), here);
    else if (/^%\s?\S/.test(text)) this.#answer(line, here);
    else if (isFurniture(text)) this.#furniture(line, index);
    else if (device?.reader.expected === "output") this.#put(line, ignored("output"), here);
    else if (this.#isConfiguration(index, text)) this.#configuration(line, index);
    else {
      this.#label = labelOf(text) ?? this.#label;
      this.#put(line, ignored("prose"), null);
    }
  }

  #fence(line: PhysicalLine, index: number): void {
    this.#isFenced = !this.#isFenced;
    if (this.#device) this.#device.reader.expected = "commands";
    this.#put(line, ignored("fence"), null);
    if (!this.#isFenced) return;
    const host = this.#hostnameAhead(index + 1) ?? this.#label;
    this.#label = null;
    if (host !== null) this.#begin(host);
  }

  /** `% Invalid input detected`: the router did not take the line before. */
  #answer(line: PhysicalLine, here: Place | null): void {
    this.#put(line, ignored("the router's answer"), here);
    if (/^%\s*(?:warning|note|info|please|this )/i.test(line.text) || here === null) return;
    const { lines } = here.device;
    const refusedAt = lines.findLastIndex(({ command, status }) => command !== null || status !== "ignored");
    const refused = lines[refusedAt];
    // Only the answer's own mark may stand between.
    if (!refused || line.number - refused.number > 3 || refused.file !== this.#file) return;
    const told: ReadLine = {
      ...refused,
      status: "refused",
      reason: `the router said: ${line.text.trim().slice(0, 100)}`,
      command: null,
    };
    lines[refusedAt] = told;
    const inFile = this.#lines.indexOf(refused, Math.max(0, this.#lines.length - 8));
    if (inFile >= 0) this.#lines[inFile] = told;
  }

  #furniture(line: PhysicalLine, index: number): void {
    if (startsConfiguration(line.text) && !this.#prompts.has(index - 1)) this.#boundary(index);
    this.#put(line, ignored("words around a configuration"), null);
  }

  #configuration(line: PhysicalLine, index: number): void {
    const { text } = line;
    const hostname = /^\s*hostname\s+(\S+)\s*$/i.exec(text)?.[1];
    const isVersion = /^version\s+\d/i.test(text);
    if (isVersion && this.#device?.hasVersion === true) this.#boundary(index);
    if (hostname !== undefined && this.#device?.name != null && this.#device.name !== hostname) this.#begin(hostname);
    const device = (this.#device ??= this.#open(this.#label === null ? null : this.#label));
    this.#label = null;
    if (hostname !== undefined && device.name === null) this.#name(device, hostname);
    const place = { device, prompt: null, words: text, strayFrom: null };
    const outcome = device.reader.read(text, undefined, (ahead) => this.#physical[index + 1 + ahead]?.text);
    if (outcome.command === null && outcome.status !== "ignored" && isProse(text)) {
      this.#label = labelOf(text) ?? this.#label;
      this.#put(line, ignored("prose"), null);
      return;
    }
    if (outcome.status === "ignored" && outcome.reason === "comment") this.#label = labelOf(text) ?? this.#label;
    device.hasVersion ||= isVersion;
    this.#put(line, outcome, place);
    if (outcome.reason === "ends the configuration") this.#boundary(index + 1);
  }

  /** The configuration of another router may begin here. */
  #boundary(index: number): void {
    const host = this.#hostnameAhead(index);
    if (host !== undefined && host !== this.#device?.name) this.#begin(host);
    // Two routers may have one name: `Router` is what they are born with.
    else if (host !== undefined && this.#device?.hasCommands === true) this.#device = this.#open(host);
    else if (host === undefined && this.#device?.hasCommands === true) this.#device = null;
    else this.#device?.reader.restart();
  }

  /** The hostname between here and the next boundary. */
  #hostnameAhead(index: number): string | undefined {
    for (let at = index; at < Math.min(this.#physical.length, index + 400); at += 1) {
      const text = this.#physical[at]?.text ?? "";
      if (isFence(text) || this.#prompts.has(at)) return undefined;
      if (at > index + 2 && (/^end$/.test(text) || startsConfiguration(text))) return undefined;
      const host = /^\s*hostname\s+(\S+)\s*$/i.exec(text)?.[1];
      if (host !== undefined) return host;
    }
    return undefined;
  }

  /** Lines without a prompt are commands where nothing else may be; among prose, where several stand together. */
  #isConfiguration(index: number, text: string): boolean {
    if (this.#isFenced || this.#device?.reader.expected === "configuration") return true;
    if (this.#prompts.size === 0 && !this.#hasFences) return true;
    return this.#looksLikeCommand(index, text) && this.#neighbours(index) >= 3;
  }

  #neighbours(index: number): number {
    let count = 1;
    for (const step of [-1, 1])
      for (let at = index + step; count < 4; at += step) {
        const text = this.#physical[at]?.text;
        if (text === undefined || this.#prompts.has(at) || !this.#looksLikeCommand(at, text)) break;
        count += 1;
      }
    return count;
  }

  readonly #looks = new Map<number, boolean>();

  #looksLikeCommand(index: number, text: string): boolean {
    const known = this.#looks.get(index);
    if (known !== undefined) return known;
    const trimmed = text.trim();
    const looks =
      /^[a-z!]/.test(trimmed) && (trimmed.startsWith("!") || trimmed === "exit" || isAnyCommand(trimmed.split(/\s+/)));
    this.#looks.set(index, looks);
    return looks;
  }

  #named(host: string): OpenDevice {
    const known = this.#byName.get(host) ?? [...this.#byName].find(([name]) => isCutName(name, host))?.[1];
    if (known) return known;
    const device = this.#open(host);
    return device;
  }

  #begin(host: string): void {
    this.#device = this.#byName.get(host) ?? this.#open(host);
    this.#device.reader.restart();
    this.#device.hasVersion = false;
  }

  #open(name: string | null): OpenDevice {
    const device: OpenDevice = {
      name: null,
      reader: new DeviceReader(),
      lines: [],
      hasCommands: false,
      hasVersion: false,
    };
    this.#devices.push(device);
    if (name !== null) this.#name(device, name);
    return device;
  }

  #name(device: OpenDevice, name: string): void {
    device.name = name;
    this.#byName.set(name, device);
  }

  #put(line: PhysicalLine, { status, reason, command }: Outcome, place: Place | null): void {
    // Field by field: a spread here takes a third of the time.
    const read: ReadLine = {
      number: line.number,
      raw: line.raw,
      terminator: line.terminator,
      text: line.text,
      file: this.#file,
      status,
      reason,
      command,
      prompt: place?.prompt ?? null,
      words: place?.words ?? line.text,
      strayFrom: place?.strayFrom ?? null,
    };
    this.#lines.push(read);
    if (!place) return;
    place.device.lines.push(read);
    place.device.hasCommands ||= command !== null;
  }
}

interface Place {
  readonly device: OpenDevice;
  readonly prompt: string | null;
  readonly words: string;
  readonly strayFrom: string | null;
}

/** IOS cuts long names in its prompts. */
function isCutName(a: string, b: string): boolean {
  return Math.min(a.length, b.length) >= 16 && (a.startsWith(b) || b.startsWith(a));
}

function ignored(reason: string): { status: LineStatus; reason: string; command: null } {
  return { status: "ignored", reason, command: null };
}

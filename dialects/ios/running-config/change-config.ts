import { isDefault, normalLine, preSharedKey, sectionName, valueHead } from "./normal-form.ts";
import { parseConfig, type ConfigNode } from "./parse-config.ts";

/** What leads a device from its running configuration to the wanted one. */
export interface ConfigChange {
  /** To send in configuration mode, indented by section; empty when there is nothing to change. */
  readonly lines: readonly string[];
  /** Best effort: what undoes the lines, to send the same way. `no` does not always lead back: a default may have been another. */
  readonly inverse: readonly string[];
  /** What could not be compared, in sentences. */
  readonly notes: readonly string[];
}

/** One step: lines in a section, and what takes it back. */
interface Step {
  /** The section's first line; empty at the top. */
  readonly header: string;
  readonly lines: readonly string[];
  readonly back: { readonly header: string; readonly lines: readonly string[] };
}

/** Sections that a tunnel's configuration has for itself: what else stands in them goes. In others nothing is taken away. */
const owned = /^(?:interface tunnel|crypto (?:isakmp|ipsec|map|ikev2)|ip access-list extended )/i;
const accessList = /^ip access-list /;

/**
 * Compares in the device's own normal form: after the lines were sent, the same comparison gives nothing.
 * The wanted configuration is a part of the whole: sections it does not name are left alone, and so are lines in sections that are
 * not a tunnel's own (a physical interface, a routing process).
 */
export function changeConfig(running: string, wanted: string): ConfigChange {
  const now = parseConfig(running);
  const notes: string[] = [];
  const steps = parseConfig(wanted).flatMap((node) =>
    node.children.length > 0 ||
    now.some((each) => each.children.length > 0 && sectionName(each.line) === sectionName(node.line))
      ? sectionSteps(now, node, notes)
      : topSteps(now, node.line, notes),
  );
  return {
    lines: steps.flatMap(({ header, lines }) => print(header, lines)),
    inverse: [...steps].reverse().flatMap(({ back }) => print(back.header, back.lines)),
    notes,
  };
}

function sectionSteps(now: readonly ConfigNode[], wanted: ConfigNode, notes: string[]): Step[] {
  const name = sectionName(wanted.line);
  const current = now.find((node) => sectionName(node.line) === name);
  const lines = wanted.children.map(({ line }) => line);
  if (!current)
    return [
      {
        header: wanted.line,
        lines: sent(wanted.line, lines).flatMap((line) => whole(wanted, line)),
        back: { header: "", lines: [`no ${noForm(wanted.line)}`] },
      },
    ];
  const before = current.children.map(({ line }) => line);
  if (accessList.test(name)) return accessListSteps(current, wanted.line, before, lines);
  const { going, coming, back } = compareSection(name, before, lines);
  const inner = wanted.children.map((child) => innerStep(name, current, child, notes));
  // The first line has a value of its own: a transform set's transforms.
  const headerDiffers = normalLine("", current.line) !== normalLine("", wanted.line);
  const changed = inner.flatMap((each) => each.lines);
  if (going.length === 0 && coming.length === 0 && changed.length === 0 && !headerDiffers) return [];
  return [
    {
      header: headerDiffers ? wanted.line : current.line,
      lines: [...going, ...coming.flatMap((line) => whole(wanted, line)), ...changed],
      back: { header: current.line, lines: [...back, ...inner.flatMap((each) => each.back)] },
    },
  ];
}

/** A line of a section with what stands below it: a keyring's peer and its key. */
function whole({ children }: ConfigNode, line: string): string[] {
  const below = children.find((child) => child.line === line)?.children ?? [];
  return [line, ...below.map((child) => ` ${child.line}`)];
}

/** What differs below a line that both have: there every line is one of a kind, so a new one takes the old one's place. */
function innerStep(
  header: string,
  current: ConfigNode,
  wanted: ConfigNode,
  notes: string[],
): { readonly lines: readonly string[]; readonly back: readonly string[] } {
  const normal = (line: string): string => normalLine(header, line);
  const before = current.children.find((child) => normal(child.line) === normal(wanted.line));
  if (!before) return { lines: [], back: [] };
  const was = before.children.map(({ line }) => line);
  const formerOf = (line: string): string | undefined =>
    was.find((each) => normal(each).split(" ")[0] === normal(line).split(" ")[0]);
  const coming = wanted.children.flatMap(({ line }) => {
    if (was.some((each) => normal(each) === normal(line))) return [];
    if (!/^pre-shared-key (?:(?:local|remote) )?[67] /.test(formerOf(line) ?? "")) return [line];
    notes.push(
      `the pre-shared key of ${wanted.line} in ${header} is stored encrypted: whether it is the wanted one cannot be seen, and it was left alone`,
    );
    return [];
  });
  const print = (lines: readonly string[]) =>
    lines.length === 0 ? [] : [wanted.line, ...lines.map((line) => ` ${line}`)];
  return { lines: print(coming), back: print(coming.map((line) => formerOf(line) ?? negated(line))) };
}

function compareSection(header: string, before: readonly string[], after: readonly string[]) {
  const normal = (line: string): string => normalLine(header, line);
  const was = before.map(normal);
  const is = after.map(normal);
  const head = (line: string): string | null => valueHead(header, line);
  const going = before.filter((line) => {
    const own = normal(line);
    if (is.includes(own) || is.includes(`no ${own}`) || !owned.test(header) || isDefault(header, own)) return false;
    const ownHead = head(own);
    return ownHead === null || !is.some((other) => head(other) === ownHead);
  });
  const coming = after.filter((line) => !isSatisfied(header, normal(line), was));
  const back = [
    ...coming.map((line) => {
      const ownHead = head(normal(line));
      const former = ownHead === null ? undefined : before.find((each) => head(normal(each)) === ownHead);
      return former ?? negated(line);
    }),
    ...going,
  ];
  return { going: going.map(negated), coming, back };
}

function isSatisfied(header: string, line: string, was: readonly string[]): boolean {
  if (was.includes(line)) return true;
  if (line.startsWith("no ")) {
    const without = line.slice(3);
    return !was.some((each) => each === without || each.startsWith(`${without} `));
  }
  const head = valueHead(header, line);
  return isDefault(header, line) && !was.some((each) => valueHead(header, each) === head);
}

/** The order of entries is their meaning: a list that differs is written anew. */
function accessListSteps(
  current: ConfigNode,
  header: string,
  before: readonly string[],
  after: readonly string[],
): Step[] {
  const normal = (lines: readonly string[]): string => lines.map((line) => normalLine(header, line)).join("\n");
  if (normal(before) === normal(after)) return [];
  const unnumbered = before.map((line) => normalLine(header, line));
  return [
    { header: "", lines: [`no ${header}`], back: { header: current.line, lines: unnumbered } },
    { header, lines: after, back: { header: "", lines: [`no ${header}`] } },
  ];
}

function topSteps(now: readonly ConfigNode[], line: string, notes: string[]): Step[] {
  const own = normalLine("", line);
  const was = now.map((node) => ({ line: node.line, normal: normalLine("", node.line) }));
  const add = (former: string | undefined): Step => ({
    header: "",
    lines: [line],
    back: { header: "", lines: [former ?? negated(line)] },
  });
  if (was.some(({ normal }) => normal === own)) return [];
  if (own.startsWith("no ")) {
    const goingKey = preSharedKey(own.slice(3));
    const formerKey = goingKey && was.find(({ normal }) => preSharedKey(normal)?.peer === goingKey.peer);
    // The device wants the key to take it away, and it is the device that knows it.
    if (formerKey)
      return [{ header: "", lines: [`no ${formerKey.line}`], back: { header: "", lines: [formerKey.line] } }];
    const gone = now.filter(
      (node) => normalLine("", node.line) === own.slice(3) || sectionName(node.line) === own.slice(3),
    );
    return gone.map((node) => ({
      header: "",
      lines: [line],
      back: {
        header: node.children.length > 0 ? node.line : "",
        lines: node.children.length > 0 ? node.children.map((child) => child.line) : [node.line],
      },
    }));
  }
  const key = preSharedKey(own);
  if (key) {
    const former = was.find(({ normal }) => preSharedKey(normal)?.peer === key.peer);
    if (!former) return [add(undefined)];
    if (preSharedKey(former.normal)?.isReadable === false) {
      notes.push(
        `the pre-shared key for ${key.peer} is stored encrypted: whether it is the wanted one cannot be seen, and it was left alone`,
      );
      return [];
    }
    // IOS refuses a second key for the same peer.
    return [
      { header: "", lines: [negated(former.line)], back: { header: "", lines: [former.line] } },
      { header: "", lines: [line], back: { header: "", lines: [negated(line)] } },
    ];
  }
  const head = valueHead("", own);
  return [add(head === null ? undefined : was.find(({ normal }) => valueHead("", normal) === head)?.line)];
}

/** Without what the device takes for granted: it would only make the diff longer. */
function sent(header: string, lines: readonly string[]): string[] {
  return lines.filter((line) => !isDefault(header, normalLine(header, line)) || line.trim() === "no shutdown");
}

function negated(line: string): string {
  return line.startsWith("no ") ? line.slice(3) : `no ${line}`;
}

/** `no crypto map VPN 10` and `no crypto ipsec transform-set TS` want no more words. */
function noForm(header: string): string {
  return accessList.test(header) || /^interface /i.test(header) ? header : sectionName(header);
}

function print(header: string, lines: readonly string[]): string[] {
  return header === "" ? [...lines] : [header, ...lines.map((line) => ` ${line}`)];
}

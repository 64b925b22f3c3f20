/** What all rules look at: the routers, and the ends of their tunnels. */
import type { IosDevice, IosInterface } from "../device.ts";
import { farEnd, type IosPair, type PairedEnds } from "../pair-ends.ts";
import type { IosEnd } from "../ends.ts";
import type { StrayRun } from "../transcript.ts";
import type { Edit } from "../edit.ts";
import type { IosFinding } from "./catalogue.ts";

export interface LintContext extends PairedEnds {
  readonly devices: readonly IosDevice[];
  readonly strays: readonly StrayRun[];
}

/** A rule: what it finds, over all routers. */
export type Rule = (context: LintContext) => readonly IosFinding[];

/** What the two ends of a pair are called together. */
export function tunnelName({ left, right }: IosPair): string {
  return left.tunnel && right.tunnel && left.name === right.name ? left.name : `${left.name} and ${right.name}`;
}

/** Both ends, each with the other. */
export function sidesOf({ left, right }: IosPair): readonly (readonly [IosEnd, IosEnd])[] {
  return [
    [left, right],
    [right, left],
  ];
}

const whole = new WeakMap<LintContext, ReadonlySet<IosDevice>>();

/** Every end of a router that speaks IPsec has its far end in the text, so that both can be changed alike. */
export function isWhole(context: LintContext, device: IosDevice): boolean {
  let known = whole.get(context);
  if (!known) {
    const guarded = context.ends.filter((end) => end.protection !== null);
    const open = new Set(guarded.filter((end) => farEnd(context, end) === undefined).map((end) => end.device));
    known = new Set(guarded.map((end) => end.device).filter((each) => !open.has(each)));
    whole.set(context, known);
  }
  return known.has(device);
}

/** What gives an interface a line: into its section where the text has one, else a section of its own. */
export function inInterface(device: IosDevice, name: string, words: string): Edit {
  const known = device.interfaces.get(name);
  return known
    ? insertAfter(device, known.lastLine, words, "config-if")
    : {
        kind: "append",
        file: device.file,
        device: device.text.name,
        header: `interface ${name}`,
        words: [words],
        prompt: "config-if",
      };
}

/** A line of the section that the line is in. */
export function insertAfter(
  device: Pick<IosDevice, "file">,
  after: number,
  words: string,
  prompt: string,
  depth: 0 | 1 = 1,
): Edit {
  return { kind: "insert", file: device.file, after, words, prompt, depth };
}

export function replaceLine(device: Pick<IosDevice, "file">, line: number, words: string): Edit {
  return { kind: "replace", file: device.file, line, words };
}

export function deleteLine(device: Pick<IosDevice, "file">, line: number): Edit {
  return { kind: "delete", file: device.file, line };
}

/** The text shows more of the router than its tunnels: what is missing is missing on the router. */
export function isWholeText({ interfaces }: IosDevice): boolean {
  return [...interfaces.values()].some(
    (each) => !each.name.startsWith("Tunnel") && (each.address !== null || each.addressGiven !== null),
  );
}

/** IP MTU of an interface: `ip mtu`, else `mtu`, else Ethernet's and HDLC's 1500 (1476 is a tunnel's). */
export function ipMtuOf(found: IosInterface | undefined): number {
  return found?.ipMtuBytes?.value ?? found?.mtuBytes?.value ?? 1500;
}

/** A release as two numbers, `[17, 11]`; undefined when the text does not say it. */
export function releaseOf({ version }: IosDevice): readonly [number, number] | undefined {
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(version?.value ?? "") ?? [];
  return major === undefined ? undefined : [Number(major), Number(minor)];
}

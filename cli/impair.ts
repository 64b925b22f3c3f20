/** `cut` and `impair`: what a transit does to packets on purpose, on a running lab. */
import { impairCommand } from "../dialects/impair/command.ts";
import { readChangeMoment, type ChangeMoment } from "../dialects/impair/read.ts";
import type { Impairment, ImpairmentEffect } from "../model/impairment.ts";
import type { CommandResult } from "../model/session.ts";
import { directionsNamed, linksNamed, LinkNameError, towardOf, type LinkDirection } from "../model/transit-links.ts";
import { describeEffect } from "../reports/describe-effect.ts";
import { exitCodes, type ExitCode } from "./exit-codes.ts";
import { printJson } from "./json-documents.ts";
import { LackingError } from "./lab-folder.ts";
import { withRunningLab } from "./running-lab.ts";

/** Where, and what ends a wait. */
export interface ImpairOptions {
  /** The neighbour toward which it is done. @default - both ways */
  readonly oneWay?: string;
  /** Print the document instead of lines. */
  readonly json?: boolean;
  readonly signal: AbortSignal;
}

/** Puts the effects in force on the link, beside those in force already; tells where, and when by the router's clock. */
export async function impairLink(
  lab: string,
  link: string,
  effects: readonly ImpairmentEffect[],
  { oneWay, json = false, signal }: ImpairOptions,
): Promise<ExitCode> {
  return withRunningLab(lab, { signal }, async ({ plan, on }) => {
    const asked = effects.map((effect) => ({
      effect,
      directions: directionsNamed(plan, link, { toward: oneWay, once: addsUp(effect) }),
    }));
    const mtuBytes = Math.min(...effects.flatMap((each) => (each.kind === "mtu" ? each.mtuBytes : [])));
    const narrower = plan.segments.find(
      (segment) => segment.mtuBytes < mtuBytes && linksNamed(plan, link).some(({ name }) => name === segment.name),
    );
    if (narrower && Number.isFinite(mtuBytes))
      throw new LinkNameError(`the MTU of ${narrower.name} is ${narrower.mtuBytes} bytes: --mtu makes a link narrower`);
    const transits = new Set(asked.flatMap(({ directions }) => directions.map((each) => each.link.transit)));
    const isCut = effects.some(({ kind }) => kind === "cut");
    const done = await Promise.all(
      [...transits].map(async (transit) => {
        const impairments = asked.flatMap(({ effect, directions }) =>
          directions.filter((each) => each.link.transit === transit).map((each) => impairmentAt(each, effect)),
        );
        const moment = readChangeMoment(
          answerOf(transit, lab, await on(transit, (session) => session.run(impairCommand(impairments)))),
        );
        const links = asked.flatMap(({ effect, directions }) =>
          directions
            .filter((direction) => direction.link.transit === transit)
            .map((each) => ({ link: each.link.name, toward: towardOf(each), effect })),
        );
        if (json) return { links, moments: moment ? [{ transit, ...moment }] : [] };
        for (const { link: name, toward, effect } of links)
          console.log(`${name} toward ${toward.join(", ")}: ${describeEffect(effect)}`);
        if (moment) console.log(sayMoment(isCut ? "cut" : "changed", moment, transit));
        return { links: [], moments: [] };
      }),
    );
    if (json)
      printJson("impairment", {
        format: "tunnelwright-impairment/1",
        lab,
        done: isCut ? "cut" : "impaired",
        links: done.flatMap(({ links }) => links),
        left: [],
        moments: done.flatMap(({ moments }) => moments),
      });
    return exitCodes.passed;
  });
}

/** What the router's program printed. Throws, in one sentence, when it could not do what was asked. */
export function answerOf(node: string, lab: string, { exitCode, stdout, stderr }: CommandResult): string {
  if (exitCode === 127)
    throw new LackingError(
      `the image of ${node} is older than this command: npx tunnelwright down ${lab}, then npx tunnelwright up ${lab}`,
    );
  if (exitCode !== 0)
    throw new LackingError(
      `${node} could not do it: ${stderr.trim().replaceAll(/\s*\n\s*/g, "; ")}; npx tunnelwright restore ${lab} --all clears what is half done`,
    );
  return stdout;
}

/** The instants between which it took effect, outward to whole milliseconds. */
export function sayMoment(what: string, { notBeforeMs, notAfterMs }: ChangeMoment, node: string): string {
  return `${what} at ${Math.floor(notBeforeMs)} ms, at the latest ${Math.ceil(notAfterMs)} ms (since 1970, by the clock of ${node})`;
}

function impairmentAt({ link, way }: LinkDirection, effect: ImpairmentEffect): Impairment {
  return { device: link.device, way, effect };
}

/** Twice the delay is not the delay. */
function addsUp({ kind }: ImpairmentEffect): boolean {
  return kind === "delay" || kind === "loss";
}

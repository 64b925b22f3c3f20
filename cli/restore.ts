/** `restore`: takes away what impairs a link, or all links, by what is there. */
import { restoreAllCommand, restoreCommand } from "../dialects/impair/command.ts";
import { readChangeMoment, readImpairments } from "../dialects/impair/read.ts";
import { linksNamed, transitLinksOf } from "../model/transit-links.ts";
import { describeEffect } from "../reports/describe-effect.ts";
import { exitCodes, type ExitCode } from "./exit-codes.ts";
import { answerOf, sayMoment } from "./impair.ts";
import { printJson } from "./json-documents.ts";
import { withRunningLab } from "./running-lab.ts";

/** Restores the link, or every link when none is named; 1 when something is still there afterwards. */
export async function restoreLink(
  lab: string,
  link: string | undefined,
  { json = false, signal }: { readonly json?: boolean; readonly signal: AbortSignal },
): Promise<ExitCode> {
  return withRunningLab(lab, { signal }, async ({ plan, on }) => {
    const links = link === undefined ? transitLinksOf(plan) : linksNamed(plan, link);
    const transits = [...new Set(links.map(({ transit }) => transit))];
    const ended = await Promise.allSettled(
      transits.map(async (transit) => {
        const own = links.filter((each) => each.transit === transit);
        const devices = own.map(({ device }) => device);
        const command = link === undefined ? restoreAllCommand() : restoreCommand(devices);
        const said = answerOf(transit, lab, await on(transit, (session) => session.run(command)));
        const left = readImpairments(said).filter(({ device }) => devices.includes(device));
        const moment = readChangeMoment(said);
        const stillAt = (device: string) => left.filter((each) => each.device === device).map(({ effect }) => effect);
        for (const { name, device } of own) {
          const still = stillAt(device).map(describeEffect);
          if (still.length > 0) console.error(`✖ ${name} is still impaired: ${still.join(", ")}`);
          else if (!json) console.log(`${name}: restored`);
        }
        if (moment && !json) console.log(sayMoment("restored", moment, transit));
        return {
          links: own.map(({ name, neighbours }) => ({ link: name, toward: [transit, ...neighbours], effect: null })),
          left: own.flatMap(({ name, device }) => stillAt(device).map((effect) => ({ link: name, effect }))),
          moments: moment ? [{ transit, ...moment }] : [],
        };
      }),
    );
    // Each transit does its part, whatever another says.
    const refused = ended.find((each) => each.status === "rejected");
    if (refused) throw refused.reason;
    const done = ended.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
    const left = done.flatMap((each) => each.left);
    if (json)
      printJson("impairment", {
        format: "tunnelwright-impairment/1",
        lab,
        done: "restored",
        links: done.flatMap(({ links: restored }) => restored),
        left,
        moments: done.flatMap(({ moments }) => moments),
      });
    return left.length === 0 ? exitCodes.passed : exitCodes.failed;
  });
}

/** `restore`: takes away what impairs a link, or all links, by what is there. */
import { restoreAllCommand, restoreCommand } from "../dialects/impair/command.ts";
import { readChangeMoment, readImpairments } from "../dialects/impair/read.ts";
import { linksNamed, transitLinksOf } from "../model/transit-links.ts";
import { describeEffect } from "../reports/describe-effect.ts";
import { exitCodes, type ExitCode } from "./exit-codes.ts";
import { answerOf, sayMoment } from "./impair.ts";
import { withRunningLab } from "./running-lab.ts";

/** Restores the link, or every link when none is named; 1 when something is still there afterwards. */
export async function restoreLink(
  lab: string,
  link: string | undefined,
  { signal }: { readonly signal: AbortSignal },
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
        for (const { name, device } of own) {
          const still = left.filter((each) => each.device === device).map(({ effect }) => describeEffect(effect));
          if (still.length > 0) console.error(`✖ ${name} is still impaired: ${still.join(", ")}`);
          else console.log(`${name}: restored`);
        }
        const moment = readChangeMoment(said);
        if (moment) console.log(sayMoment("restored", moment, transit));
        return left.length === 0;
      }),
    );
    // Each transit does its part, whatever another says.
    const refused = ended.find((each) => each.status === "rejected");
    if (refused) throw refused.reason;
    return ended.every((each) => each.status === "fulfilled" && each.value) ? exitCodes.passed : exitCodes.failed;
  });
}

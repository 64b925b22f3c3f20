import { declareLab } from "../dialects/ios/declare-lab.ts";
import { lintIos } from "../dialects/ios/lint.ts";
import { withoutEdits } from "../dialects/ios/rules/catalogue.ts";
import type { SourceText } from "../dialects/ios/transcript.ts";
import { twinDifferences, type TwinDifference } from "../dialects/ios/twin-differences.ts";
import type { LabDeclaration } from "../model/declaration.ts";
import { sortFindings, type Finding, type LocatedFinding } from "../model/finding.ts";
import { travel } from "../model/packet-journey.ts";
import { summaryOf } from "../model/packet-life.ts";
import { roadOf } from "../model/packet-road.ts";
import type { LabPlan } from "../model/plan-document.ts";
import { planLab } from "./plan-lab.ts";

/** A twin, or why there is none. */
export interface PlannedTwin {
  /** What is to be built; `null` when the texts are no lab, or none that can be built. */
  readonly lab: LabDeclaration | null;
  /** What it cannot enact as IOS would. */
  readonly differences: readonly TwinDifference[];
  /** Of the texts, line by line. */
  readonly findings: readonly LocatedFinding[];
  /** Of the lab that was declared from them. */
  readonly labFindings: readonly Finding[];
  readonly routerCount: number;
  readonly tunnelCount: number;
}

/**
 * The lab that pasted configurations are, fit for Linux routers, and what is otherwise there. EIGRP becomes static routes, and an ip mtu
 * that does not fit is kept, for what comes of it is what the twin is to show. Nothing here was run on IOS.
 *
 * @param name of the lab
 */
export function planTwin(sources: readonly SourceText[], name: string): PlannedTwin {
  const linted = lintIos(sources);
  const declared = declareLab(linted, name);
  const findings = sortFindings([...linted.findings, ...declared.findings]).map(withoutEdits);
  const counts = { routerCount: linted.devices.length, tunnelCount: linted.pairs.length };
  if (!declared.lab) return { lab: null, differences: [], findings, labFindings: [], ...counts };
  const { lab, differences } = fitForLinux(declared.lab);
  const { plan, findings: labFindings } = planLab(lab);
  if (!plan) return { lab: null, differences: [], findings, labFindings, ...counts };
  return {
    lab,
    differences: [...twinDifferences(linted, lab), ...differences, ...otherFates(plan)],
    findings,
    labFindings,
    ...counts,
  };
}

function fitForLinux(lab: LabDeclaration): { lab: LabDeclaration; differences: TwinDifference[] } {
  const differences: TwinDifference[] = [];
  const tunnels = Object.entries(lab.tunnels).map(([name, tunnel]): [string, typeof tunnel] => {
    if (tunnel.routing?.protocol !== "eigrp") return [name, tunnel];
    differences.push({
      what: `EIGRP over ${name} is not spoken: the twin has static routes to the sites`,
      why: "FRR's eigrpd loses neighbours without withdrawing their routes (measured with FRR 8.4.4); what routes over a tunnel changes nothing of its sizes and SAs",
      where: null,
    });
    return [name, { ...tunnel, routing: { protocol: "static" } }];
  });
  const fit: LabDeclaration = { ...lab, tunnels: Object.fromEntries(tunnels) };
  const tooLarge = planLab(fit).findings.filter(
    ({ ruleId, severity }) => ruleId === "mtu/exceeds-path" && severity === "error",
  );
  for (const { where, what } of tooLarge) {
    const found = Object.entries(fit.tunnels).find(([name]) => where.split(/[.[\]]/).includes(name));
    if (!found) continue;
    fit.tunnels[found[0]] = { ...found[1], accept: ["mtu/exceeds-path"] };
    differences.push({
      what: `${found[0]} keeps the text's ip mtu: ${what}`,
      why: "its full packets are cut after encryption, and that is what the twin shows",
      where: null,
    });
  }
  return { lab: fit, differences };
}

/** Where a full packet fares otherwise on IOS: who drops, who is told what. */
function otherFates(plan: LabPlan): TwinDifference[] {
  return plan.tunnels.flatMap((tunnel) =>
    [true, false].flatMap((df): TwinDifference[] => {
      const road = roadOf(plan, tunnel, "linux");
      const packet = { bytes: road.hostLinkMtuBytes ?? road.linkMtusBytes[0], df };
      const told = (platform: "ios" | "linux") =>
        travel(roadOf(plan, tunnel, platform), [packet])
          .map(summaryOf)
          .join("; ");
      const [ios, linux] = [told("ios"), told("linux")];
      if (ios === linux) return [];
      return [
        {
          what: `a packet of ${packet.bytes} bytes ${df ? "with" : "without"} DF through ${tunnel.name}, here: ${linux}. As IOS is documented: ${ios}`,
          why: "Cisco document 25885, not run on IOS; Linux asks for the MTU of the whole way before it wraps (measured, docs/labs.md)",
          where: null,
        },
      ];
    }),
  );
}

/** Checks of a tunnel with an end that is IOS: the same facts as of pasted outputs, asked of the running router. Not run on IOS. */
import type { CheckKindName, LabPlan, PlannedTunnel } from "../../model/plan-document.ts";
import type { AnyKind } from "../check-kind.ts";
import type { PastedOutput } from "./ios-evidence.ts";
import { iosCommands, isToldByIos, judgeIosKind } from "./judge-ios-outputs.ts";

/** The ends of a tunnel that are IOS, by the names of their routers. */
export function iosEndsOf(plan: LabPlan, { left, right }: PlannedTunnel): string[] {
  return [left.router, right.router].filter(
    (router) => plan.nodes.find(({ name }) => name === router)?.platform === "ios",
  );
}

/** A kind of check for the named ends; `null` where `show` commands cannot tell, and the check is one of packets. */
export function askIos(kind: CheckKindName, routers: readonly string[]): AnyKind | null {
  if (!isToldByIos(kind)) return null;
  return {
    // A terminal that prints a table of SAs takes its time.
    pollMs: 2_000,
    lookAt: [`\`show crypto session detail\` and \`show ip interface brief\` of ${routers.join(" and ")}`],
    async look({ tunnel, on, signal }) {
      const outputs = await Promise.all(
        routers.flatMap((router) =>
          iosCommands(kind, tunnel).map((command) =>
            on(router, async (session): Promise<PastedOutput> => {
              const { stdout, stderr } = await session.run(command.split(" "), { timeoutMs: 30_000, signal });
              return { router, command, output: stdout + stderr, isWhole: true };
            }),
          ),
        ),
      );
      return (
        judgeIosKind(kind, tunnel, outputs, routers) ?? { verdict: "unknown", summary: "no output shows it", facts: [] }
      );
    },
  };
}

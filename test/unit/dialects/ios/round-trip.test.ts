/** What is rendered is read back as what was declared: import(render(m)) = m. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { declareLab } from "../../../../dialects/ios/declare-lab.ts";
import { lintIos } from "../../../../dialects/ios/lint.ts";
import { renderIosLab } from "../../../../dialects/ios/render/render-lab.ts";
import type { IosRenderOptions } from "../../../../dialects/ios/render/render-options.ts";
import type { LabDeclaration } from "../../../../model/declaration.ts";
import type { NodeModel } from "../../../../model/lab-model.ts";
import { validateLab } from "../../../../model/validate-lab.ts";
import { drawnLabs } from "./drawn-labs.ts";

const options: fc.Arbitrary<IosRenderOptions> = fc.record({
  dialect: fc.constantFrom("classic" as const, "xe" as const),
});

/** The routers as the dialects render them, without the names of the links, which no router knows. */
function routersOf(lab: LabDeclaration): unknown {
  const [tunnel] = Object.values(lab.tunnels);
  const isEigrp = tunnel?.routing?.protocol === "eigrp";
  const judged = validateLab(
    isEigrp
      ? {
          ...lab,
          tunnels: Object.fromEntries(
            Object.entries(lab.tunnels).map(([name, each]) => [name, { ...each, routing: { protocol: "none" } }]),
          ),
        }
      : lab,
  );
  expect(judged.findings.filter(({ severity }) => severity === "error")).toEqual([]);
  const bare = ({ interfaces, ...node }: NodeModel) => ({
    ...node,
    interfaces: interfaces.map((each) => ({ ...each, segment: "" })),
  });
  return {
    isEigrp,
    keepalives: [tunnel?.left.keepalive, tunnel?.right.keepalive],
    routers: judged.lab?.nodes.filter(({ role }) => role === "router").map(bare),
  };
}

test("import(render(m)) = m for 600 declarations", () => {
  fc.assert(
    fc.property(drawnLabs, options, (lab, wanted) => {
      const { texts, findings } = renderIosLab(lab, wanted);
      expect(findings.filter(({ severity }) => severity === "error")).toEqual([]);
      const linted = lintIos(Object.entries(texts ?? {}).map(([name, text]) => ({ name: `${name}.cfg`, text })));
      const counts = linted.transcript.devices.flatMap(({ lines }) =>
        lines.filter(({ status }) => status === "unknown" || status === "refused"),
      );
      expect(counts.map(({ raw }) => raw)).toEqual([]);
      const { lab: read, findings: told } = declareLab(linted, lab.name);
      expect(told.filter(({ ruleId }) => ruleId === "ios/not-declarable").map(({ what }) => what)).toEqual([]);
      expect(routersOf(read!)).toEqual(routersOf(lab));
    }),
    { numRuns: 600 },
  );
}, 180_000);

import { renderNode } from "../dialects/index.ts";
import type { Finding } from "../model/finding.ts";
import type { LabModel, NodeModel } from "../model/lab-model.ts";
import type { LabPlan, PlannedNode } from "../model/plan-document.ts";
import { validateLab } from "../model/validate-lab.ts";
import { listChecks } from "./list-checks.ts";
import { planTunnel } from "./plan-tunnel.ts";

/** Either the plan, or all faults of the declaration at once. */
export type PlannedLab =
  | { readonly plan: LabPlan; readonly findings: readonly Finding[] }
  | { readonly plan: null; readonly findings: readonly Finding[] };

/**
 * The pure half on one page: a declaration in, everything that will be out. Opens nothing, starts nothing, is the same every time.
 *
 * @example
 * ```ts
 * const { plan, findings } = planLab(declaration);
 * if (plan === null) throw new DeclarationError("my-lab", findings);
 * plan.tunnels[0]?.prediction.largestInnerBytes; // 1442
 * ```
 */
export function planLab(declaration: unknown): PlannedLab {
  const { lab, findings } = validateLab(declaration);
  if (lab === null) return { plan: null, findings };
  const tunnels = lab.tunnels.map((tunnel) => planTunnel(lab, tunnel));
  const plan: LabPlan = {
    format: "tunnelwright-plan/1",
    lab: lab.name,
    segments: lab.segments.map((segment) => ({ ...segment, members: members(lab, segment.name) })),
    nodes: lab.nodes.map(planNode),
    tunnels,
    checks: tunnels.flatMap(listChecks),
    findings,
  };
  return { plan, findings };
}

function members(lab: LabModel, segment: string): string[] {
  return lab.nodes.flatMap((node) => (node.interfaces.some((i) => i.segment === segment) ? [node.name] : []));
}

function planNode(node: NodeModel): PlannedNode {
  return {
    name: node.name,
    role: node.role,
    platform: node.platform,
    interfaces: node.interfaces.map(({ name, segment, address, prefixLength, mtuBytes }) => ({
      name,
      segment,
      address: `${address}/${prefixLength}`,
      mtuBytes,
    })),
    texts: renderNode(node),
    pskTunnels: node.tunnels.flatMap(({ name, order }) => (order === "gre" ? [] : [name])),
  };
}

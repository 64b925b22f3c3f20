import { renderNode } from "../dialects/index.ts";
import { renderIosNode, type IosNodeTexts } from "../dialects/ios/render/render-ios-node.ts";
import { groupBy } from "../model/group-by.ts";
import { hasErrors, type Finding } from "../model/finding.ts";
import type { LabModel, NodeModel } from "../model/lab-model.ts";
import type { LabPlan, NodeTexts, PlannedNode, PlannedTunnel } from "../model/plan-document.ts";
import { validateLab } from "../model/validate-lab.ts";
import { listChecks } from "./list-checks.ts";
import { listNotAsked } from "./list-not-asked.ts";
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
  const validated = validateLab(declaration);
  const { lab } = validated;
  if (lab === null) return { plan: null, findings: validated.findings };
  const ios = new Map(lab.nodes.flatMap((node) => (node.ios ? [[node.name, renderIosNode(node)] as const] : [])));
  const findings = [...validated.findings, ...[...ios.values()].flatMap((each) => each.findings)];
  if (hasErrors(findings)) return { plan: null, findings };
  const tunnels = lab.tunnels.map((tunnel) => planTunnel(lab, tunnel));
  const members = membersOf(lab);
  const plan: LabPlan = {
    format: "tunnelwright-plan/1",
    lab: lab.name,
    segments: lab.segments.map((segment) => ({ ...segment, members: [...new Set(members.get(segment.name) ?? [])] })),
    nodes: lab.nodes.map((node) => planNode(node, ios.get(node.name)?.texts)),
    tunnels,
    ...checksOf(tunnels, new Set(ios.keys())),
    findings,
  };
  return { plan, findings };
}

/** Of IOS less is asked, and it is told what is not. */
function checksOf(tunnels: readonly PlannedTunnel[], ios: ReadonlySet<string>): Pick<LabPlan, "checks" | "notAsked"> {
  const checks = tunnels.flatMap((tunnel) => listChecks(tunnel, tunnels.length));
  const notAsked = tunnels.flatMap((tunnel) => listNotAsked(tunnel, checks, ios));
  if (notAsked.length === 0) return { checks };
  const gone = new Set(notAsked.flatMap(({ id, isPartlyAsked }) => (isPartlyAsked ? [] : [id])));
  const left = (ids: readonly string[]): string[] => ids.filter((id) => !gone.has(id));
  return {
    checks: checks
      .filter(({ id }) => !gone.has(id))
      .map((check) => ({ ...check, needs: left(check.needs), after: left(check.after) })),
    notAsked: notAsked.map(({ id, why }) => ({ id, why })),
  };
}

/** The names of the nodes on each segment. */
function membersOf({ nodes }: LabModel): ReadonlyMap<string, readonly string[]> {
  const plugs = nodes.flatMap(({ name, interfaces }) => interfaces.map(({ segment }) => ({ name, segment })));
  return new Map(
    [...groupBy(plugs, ({ segment }) => segment)].map(([segment, on]) => [segment, on.map(({ name }) => name)]),
  );
}

const noTexts: NodeTexts = {
  sysctl: "",
  firewall: "",
  interfaces: "",
  ipsec: "",
  ipsecSecrets: "",
  routing: "",
  keepalive: "",
};

function planNode(node: NodeModel, texts: IosNodeTexts | undefined): PlannedNode {
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
    texts: texts ? noTexts : renderNode(node),
    ...(node.ios && texts && { ios: { kind: node.ios.kind, image: node.ios.image, ...texts } }),
    pskTunnels: node.tunnels.flatMap(({ name, order }) => (order === "gre" ? [] : [name])),
  };
}

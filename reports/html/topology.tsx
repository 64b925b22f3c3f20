/** @jsxRuntime automatic @jsxImportSource preact */
/** The lab as a picture: nodes, the segments between them with their MTU, and the tunnels over them. */
import type { JSX } from "preact";
import type { LabPlan, PlannedNode, PlannedTunnel } from "../../model/plan-document.ts";
import { graphlib, layout, type Placed } from "./dagre.ts";

const nodeWidth = 84;
const nodeHeight = 44;
const margin = 28;
/** A tunnel's arc stands so far above the routers that it joins. */
const arcHeight = 62;

/** Left to right as the tunnels are declared. A segment of two nodes is a line between them, one of more a dot that they are joined to. */
export function Topology({ plan }: { readonly plan: LabPlan }): JSX.Element {
  const { places, lines, width, height } = place(plan);
  const top = arcHeight * Math.min(2, plan.tunnels.length);
  const said = [
    plan.nodes.map(({ name, role }) => `${name} (${role})`).join(", "),
    plan.segments.map(({ name, members, mtuBytes }) => `${name}: ${members.join(" – ")}, MTU ${mtuBytes}`).join("; "),
    plan.tunnels.map((tunnel) => `${tunnel.name}: ${tunnel.left.router} – ${tunnel.right.router}`).join("; "),
  ].join(". ");
  return (
    <svg
      class="topology"
      role="img"
      aria-label={`Topology of ${plan.lab}: ${said}`}
      viewBox={`${-margin} ${-top - margin} ${width + 2 * margin} ${height + top + 2 * margin}`}
      style={`max-width:${Math.round((width + 2 * margin) * 1.25)}px`}
    >
      {lines.map(({ from, to, label }) => (
        <g key={`${from.x} ${to.x} ${to.y}`}>
          <path class="wire" d={`M${from.x} ${from.y}L${to.x} ${to.y}`} />
          <text class="small" x={(from.x + to.x) / 2} y={(from.y + to.y) / 2 - 7}>
            {label}
          </text>
        </g>
      ))}
      {plan.tunnels.map((tunnel, index) => (
        <Arc key={tunnel.name} tunnel={tunnel} places={places} level={index % 2} />
      ))}
      {plan.nodes.map((node) => (
        <Box key={node.name} node={node} at={places.get(node.name)} />
      ))}
    </svg>
  );
}

function Box({ node, at }: { readonly node: PlannedNode; readonly at: Placed | undefined }): JSX.Element | null {
  if (!at) return null;
  return (
    <g class={node.role}>
      <rect
        class="node"
        x={at.x - nodeWidth / 2}
        y={at.y - nodeHeight / 2}
        width={nodeWidth}
        height={nodeHeight}
        rx={node.role === "transit" ? 22 : 6}
      />
      <text x={at.x} y={at.y + 1}>
        {node.name}
      </text>
      <text class="small" x={at.x} y={at.y + 15}>
        {node.platform === "ios" ? "IOS" : node.role}
      </text>
    </g>
  );
}

function Arc({
  tunnel,
  places,
  level,
}: {
  readonly tunnel: PlannedTunnel;
  readonly places: ReadonlyMap<string, Placed>;
  readonly level: number;
}): JSX.Element | null {
  const [left, right] = [places.get(tunnel.left.router), places.get(tunnel.right.router)];
  if (!left || !right) return null;
  const peak = Math.min(left.y, right.y) - nodeHeight / 2 - arcHeight * (level + 1) * 0.8;
  const [from, to] = [left.y - nodeHeight / 2, right.y - nodeHeight / 2];
  const label = `${tunnel.name}: ip mtu ${tunnel.prediction.ipMtuBytes}${tunnel.standby ? ", in reserve" : ""}`;
  return (
    <g>
      <path class="tunnel" d={`M${left.x} ${from}C${left.x} ${peak} ${right.x} ${peak} ${right.x} ${to}`} />
      <text class="tunnel-name" x={(left.x + right.x) / 2} y={peak + (Math.min(from, to) - peak) * 0.25 - 8}>
        {label}
      </text>
    </g>
  );
}

interface Line {
  readonly from: Placed;
  readonly to: Placed;
  readonly label: string;
}

function place({ nodes, segments, tunnels }: LabPlan) {
  const graph = new graphlib.Graph({ multigraph: true });
  graph.setGraph({ rankdir: "LR", nodesep: 46, ranksep: 96 });
  for (const { name } of nodes) graph.setNode(name, { width: nodeWidth, height: nodeHeight });
  const rank = ranks(nodes, tunnels);
  const inOrder = (members: readonly string[]): string[] =>
    [...members].sort((one, other) => (rank.get(one) ?? 0) - (rank.get(other) ?? 0));
  const joined = segments.flatMap(({ name, members, mtuBytes }) => {
    const ordered = inOrder(members);
    const label = `MTU ${mtuBytes}`;
    const [from, to] = ordered;
    if (ordered.length === 2 && from !== undefined && to !== undefined) return [{ name, from, to, label }];
    graph.setNode(name, { width: 8, height: 8 });
    return ordered.map((member) => ({ name: `${name} ${member}`, from: member, to: name, label }));
  });
  for (const { name, from, to } of joined) graph.setEdge(from, to, {}, name);
  layout(graph);
  const at = (name: string): Placed => graph.node(name);
  const { width, height } = graph.graph();
  const lines: Line[] = joined.map(({ from, to, label }) => ({ from: at(from), to: at(to), label }));
  return { places: new Map(nodes.map(({ name }) => [name, at(name)])), lines, width, height };
}

/** Who stands left of whom: a tunnel's left host, router, the transits, the right router and its host. */
function ranks(nodes: readonly PlannedNode[], tunnels: readonly PlannedTunnel[]): ReadonlyMap<string, number> {
  const ranked = new Map<string, number>();
  const put = (name: string | undefined, rank: number): void => {
    if (name !== undefined && !ranked.has(name)) ranked.set(name, rank);
  };
  for (const { left, right, transits } of tunnels) {
    put(left.host?.name, 0);
    put(left.router, 2);
    for (const [index, transit] of transits.entries()) put(transit, 3 + index);
    put(right.router, 20);
    put(right.host?.name, 24);
  }
  // A router behind the right end stands before its host.
  for (const { name } of nodes) put(name, 22);
  return ranked;
}

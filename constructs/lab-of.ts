import type { App } from "cdktf";
import { Construct } from "constructs";
import { join } from "node:path";
import type { LabDeclaration, NodeDeclaration, TunnelDeclaration } from "../model/declaration.ts";
import { Lab, type LabProps } from "./lab.ts";
import { LabNode } from "./lab-node.ts";
import { PreSharedKey } from "./resources.ts";
import { Segment } from "./segment.ts";

/**
 * A declaration as a lab: the same nodes, links and tunnels, whatever form they have; `labOf(app, d).declaration` equals `d`.
 * What is wrong with it is told at synth, as of every lab.
 *
 * @throws Error when a node names a segment that is not declared, or a segment has the name of the management network.
 */
export function labOf(app: App, declaration: LabDeclaration, props: LabProps = {}): Lab {
  const lab = new Lab(app, declaration.name, props);
  // Each kind by itself: a router may be called as a link, a tunnel or a part of the stack is.
  const [links, nodes, tunnels] = ["links", "nodes", "tunnels"].map((kind) => new Construct(lab, `declared-${kind}`));
  const segments = new Map<string, Segment>();
  for (const [name, segment] of Object.entries(declaration.segments)) {
    if (name === "management")
      throw new Error(`lab ${lab.labName}: no link may be called management, every lab has one`);
    segments.set(
      name,
      new Segment(lab, name, segment.mtuBytes === undefined ? {} : { mtuBytes: segment.mtuBytes }, links),
    );
  }
  for (const [name, node] of Object.entries(declaration.nodes)) new DeclaredNode(lab, name, node, segments, nodes);
  for (const [name, tunnel] of Object.entries(declaration.tunnels)) new DeclaredTunnel(lab, name, tunnel, tunnels);
  return lab;
}

/** A node of any role, with its interfaces named as they are declared. */
class DeclaredNode extends LabNode {
  constructor(
    lab: Lab,
    id: string,
    { role, interfaces, routes, ...more }: NodeDeclaration,
    segments: ReadonlyMap<string, Segment>,
    scope?: Construct,
  ) {
    const plugs = Object.entries(interfaces).map(([name, { segment, address, address6 }]) => {
      const link = segments.get(segment);
      if (!link) throw new Error(`lab ${lab.labName}: ${name} of ${id} is on ${segment}, which is no segment`);
      return { segment: link, name, address, ...(address6 !== undefined && { address6 }) };
    });
    super(lab, id, role, plugs, routes, more, scope);
  }
}

class DeclaredTunnel extends Construct {
  constructor(lab: Lab, id: string, declaration: TunnelDeclaration, scope: Construct = lab) {
    super(scope, id);
    lab.addTunnel(id, declaration);
    if (declaration.order !== "gre") new PreSharedKey(this, "key", id, { file: join(lab.directory, "psk", id) });
  }
}

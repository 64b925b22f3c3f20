/** What is used of dagre, with types: its own declarations name their files without an ending, and are not found from an ES module. */
import * as untyped from "@dagrejs/dagre";

/** A point, or a box by its middle. */
export interface Placed {
  readonly x: number;
  readonly y: number;
}

interface LayoutGraph {
  setGraph(options: { readonly rankdir: "LR"; readonly nodesep: number; readonly ranksep: number }): void;
  setNode(name: string, size: { readonly width: number; readonly height: number }): void;
  setEdge(from: string, to: string, label: object, name: string): void;
  /** After the layout with its place. */
  node(name: string): Placed;
  /** After the layout with its size. */
  graph(): { readonly width: number; readonly height: number };
}

interface Dagre {
  readonly graphlib: { readonly Graph: new (options: { readonly multigraph: true }) => LayoutGraph };
  /** Gives every node its place. */
  readonly layout: (graph: LayoutGraph) => void;
}

export const { graphlib, layout } = untyped as unknown as Dagre;

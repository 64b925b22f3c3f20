/** A running lab as it is: nodes, links with what impairs them, tunnels with both ends. */
import { describeEffect } from "./describe-effect.ts";
import type { LabStatus, LinkStatus, NodeStatus, TunnelEndStatus } from "../model/lab-status.ts";
import { harmless, harmlessDocument } from "../model/harmless.ts";
import { labStatusSchema } from "../model/lab-status.ts";
import { gap, pad, widthOf } from "./layout.ts";
import { makePaint, type Colour, type Paint } from "./paint.ts";

/** How it is shown. */
export interface StatusLook {
  readonly colour: boolean;
}

interface Cell {
  readonly text: string;
  readonly colour?: Colour;
}

/** The document as text; ends with a newline. Every meaning that has a colour is also a word. */
export function renderStatus(status: LabStatus, { colour }: StatusLook): string {
  const paint = makePaint(colour);
  const parts = [
    table(["node", "role", "up for", "kernel", ""], status.nodes.map(nodeCells), paint),
    table(["link", "between", "MTU", "impaired"], status.links.flatMap(linkCells), paint),
    table(
      ["tunnel", "end", "line", "IKE SA", "CHILD SA", "OSPF"],
      status.tunnels.flatMap(({ name, left, right, ...has }) => [left, right].map((end) => endCells(name, end, has))),
      paint,
    ),
  ];
  return `${parts.filter((part) => part !== "").join("\n")}\n${lastLine(status, paint)}\n`;
}

/** The document as JSON with two spaces of indentation and a line feed at the end. */
export function renderStatusJson(status: LabStatus): string {
  return harmlessDocument(status);
}

/** The JSON Schema (draft 2020-12) of the document, published as docs/schemas/lab-status.schema.json. */
export function labStatusJsonSchema(): Record<string, unknown> {
  return {
    title: "Tunnelwright lab status",
    description: "How a running lab is: its nodes, its links and what impairs them, both ends of its tunnels.",
    ...labStatusSchema.toJSONSchema(),
  };
}

function nodeCells({ name, role, reached, uptimeSeconds, kernel, problem }: NodeStatus): Cell[] {
  const known = (text: string | null): Cell => (text === null ? unknown : { text });
  return [
    { text: name },
    { text: role },
    known(uptimeSeconds === null ? null : sayUptime(uptimeSeconds)),
    known(kernel),
    problem === null ? { text: "" } : { text: reached ? problem : `not reached: ${problem}`, colour: "yellow" },
  ];
}

function linkCells({ name, transit, neighbours, mtuBytes, impairments }: LinkStatus): Cell[][] {
  const head = [{ text: name }, { text: `${transit} and ${neighbours.join(", ")}` }, { text: String(mtuBytes) }];
  if (impairments === null) return [[...head, unknown]];
  if (impairments.length === 0) return [[...head, { text: "no" }]];
  return impairments.map(({ toward, effect }, index) => [
    ...(index === 0 ? head : head.map(() => ({ text: "" }))),
    { text: `toward ${toward.join(", ")}: ${describeEffect(effect)}`, colour: "yellow" },
  ]);
}

function endCells(
  tunnel: string,
  { router, interfaceState, lineProtocol, ikeSa, childSa, ospf }: TunnelEndStatus,
  { hasIpsec, hasOspf }: { readonly hasIpsec: boolean; readonly hasOspf: boolean },
): Cell[] {
  const line = interfaceState === lineProtocol ? lineProtocol : `${interfaceState}/${lineProtocol}`;
  const asWanted = (text: string, wanted: string): Cell =>
    text === "unknown" ? unknown : { text, colour: text === wanted ? "green" : "red" };
  return [
    { text: tunnel },
    { text: router },
    interfaceState === "none" ? { text: "-" } : asWanted(line === "up" ? "up/up" : line, "up/up"),
    hasIpsec ? asWanted(ikeSa, "ESTABLISHED") : { text: "-" },
    hasIpsec ? asWanted(childSa, "INSTALLED") : { text: "-" },
    hasOspf ? asWanted(ospf, "Full") : { text: "-" },
  ];
}

const unknown: Cell = { text: "unknown", colour: "yellow" };

function table(head: readonly string[], rows: readonly (readonly Cell[])[], paint: Paint): string {
  if (rows.length === 0) return "";
  const told = rows.map((cells) => cells.map(({ text, ...rest }) => ({ ...rest, text: harmless(text) })));
  const widths = head.map((title, at) =>
    Math.max(widthOf(title), ...told.map((cells) => widthOf(cells[at]?.text ?? ""))),
  );
  const line = (cells: readonly Cell[]): string => {
    const last = cells.findLastIndex(({ text }) => text !== "");
    return cells
      .slice(0, last + 1)
      .map(({ text, colour }, at) =>
        pad(text, at === last ? 0 : (widths[at] ?? 0), colour ? paint(colour, text) : text),
      )
      .join(gap);
  };
  return [line(head.map((text) => ({ text, colour: "dim" }))), ...told.map(line), ""].join("\n");
}

function lastLine({ isComplete, links }: LabStatus, paint: Paint): string {
  const impaired = links.filter(({ impairments }) => (impairments ?? []).length > 0).length;
  const words = impaired === 0 ? "no link is impaired" : `${impaired} of ${links.length} links impaired`;
  return isComplete ? words : `${words}; ${paint("yellow", "something is unknown")}`;
}

function sayUptime(seconds: number): string {
  const whole = Math.floor(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min ${String(whole % 60).padStart(2, "0")} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
}

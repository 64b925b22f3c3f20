/** Two small graphs of the same labs: seconds and MiB against spokes, each with its line. Pure. */
import { firstSpokes, type Line } from "./scale-fit.ts";

/** What the graphs show of a lab. */
export interface DrawnPoint {
  readonly spokeCount: number;
  readonly seconds: number;
  readonly mebibytes: number;
}

const size = { width: 360, height: 240, left: 52, bottom: 36, top: 28, right: 12 };

/** The picture; ends in a newline. */
export function renderScaleSvg(
  points: readonly DrawnPoint[],
  { time, memory }: { readonly time: Line | null; readonly memory: Line | null },
): string {
  const graphs = [
    graph(
      "seconds until verified",
      points.map(({ spokeCount, seconds }) => [spokeCount, seconds]),
      time,
      "s",
    ),
    graph(
      "MiB of all nodes (Pss)",
      points.map(({ spokeCount, mebibytes }) => [spokeCount, mebibytes]),
      memory,
      "MiB",
    ),
  ];
  const width = size.width * graphs.length;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${size.height}" width="${width}" height="${size.height}" role="img" font-family="sans-serif" font-size="11">`,
    "<title>What a spoke costs: seconds and MiB against the number of spokes</title>",
    `<rect width="${width}" height="${size.height}" fill="#fff"/>`,
    ...graphs.map((body, index) => `<g transform="translate(${index * size.width} 0)">${body}</g>`),
    "</svg>",
    "",
  ].join("\n");
}

function graph(title: string, points: readonly (readonly [number, number])[], line: Line | null, unit: string): string {
  const most = roundUp(Math.max(1, ...points.map(([, y]) => y)));
  const widest = Math.max(4, ...points.map(([x]) => x));
  const inner = { width: size.width - size.left - size.right, height: size.height - size.top - size.bottom };
  const x = (value: number): string => (size.left + (value / widest) * inner.width).toFixed(1);
  const y = (value: number): string => (size.top + (1 - value / most) * inner.height).toFixed(1);
  const rows = [0, 0.25, 0.5, 0.75, 1].map((share) => share * most);
  const fitted = line
    ? [
        `<line x1="${x(firstSpokes)}" y1="${y(line.offset + line.slope * firstSpokes)}" x2="${x(widest)}" y2="${y(line.offset + line.slope * widest)}" stroke="#b35900" stroke-width="1.5"/>`,
        `<text x="${x(widest)}" y="${size.top - 2}" text-anchor="end" fill="#b35900">${line.slope.toFixed(1)} ${unit} a spoke</text>`,
      ]
    : [];
  return [
    `<text x="${size.left}" y="14" font-weight="bold">${title}</text>`,
    ...rows.map(
      (value) =>
        `<line x1="${size.left}" y1="${y(value)}" x2="${size.width - size.right}" y2="${y(value)}" stroke="#ddd"/>` +
        `<text x="${size.left - 6}" y="${Number(y(value)) + 4}" text-anchor="end">${value}</text>`,
    ),
    ...points.map(([at]) => `<text x="${x(at)}" y="${size.height - 20}" text-anchor="middle">${at}</text>`),
    `<text x="${size.width / 2}" y="${size.height - 5}" text-anchor="middle">spokes</text>`,
    ...fitted,
    ...points.map(([at, value]) => `<circle cx="${x(at)}" cy="${y(value)}" r="3" fill="#004b8d"/>`),
  ].join("");
}

/** To a number that four lines divide well. */
function roundUp(value: number): number {
  const step = 4 * 10 ** Math.max(0, Math.floor(Math.log10(value / 4)));
  return Math.ceil(value / step) * step;
}

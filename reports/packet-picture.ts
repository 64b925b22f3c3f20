/** The headers of a packet with their bytes: as text for a terminal, and as SVG for a page. */
import type { Layer } from "../model/overhead.ts";

/** The headers from the first byte of the wire to the last, one line each. */
export function renderLayers(layers: readonly Pick<Layer, "name" | "bytes">[], indent = "  "): string {
  const width = Math.max(...layers.map(({ name }) => name.length));
  const digits = Math.max(...layers.map(({ bytes }) => String(bytes).length));
  const edge = (left: string, right: string): string => `${indent}${left}${"─".repeat(width + digits + 4)}${right}`;
  return [
    edge("┌", "┐"),
    ...layers.map(({ name, bytes }) => `${indent}│ ${name.padEnd(width)}  ${String(bytes).padStart(digits)} │`),
    edge("└", "┘"),
  ].join("\n");
}

const characterWidth = 7.3;
const leastBoxWidth = 44;
const boxHeight = 64;
const boxTop = 56;
const margin = 16;
/** A packet's payload would leave no room for its headers were it drawn to scale. */
const mostBoxWidth = 320;

/**
 * The headers side by side as an SVG picture without any reference to the outside: what is encrypted is shaded and said, in light
 * and dark. Boxes are not to scale; the byte counts stand in them. Two on one page want an `id` each.
 */
export function renderLayersSvg(layers: readonly Layer[], title: string, id = ""): string {
  let left = margin;
  const boxes = layers.map((layer) => {
    const text = Math.max(layer.name.length, String(layer.bytes).length + 6) * characterWidth + 16;
    const width = Math.round(Math.min(mostBoxWidth, Math.max(leastBoxWidth, text, layer.bytes / 4)));
    const box = { layer, left, width };
    left += width;
    return box;
  });
  const width = left + margin;
  const totalBytes = layers.reduce((sum, { bytes }) => sum + bytes, 0);
  const encrypted = boxes.filter(({ layer }) => layer.encrypted);
  const said = layers.map(({ name, bytes, encrypted: hidden }) => `${name} ${bytes}${hidden ? ", encrypted" : ""}`);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} 176" width="${width}" height="176" role="img" aria-labelledby="${id}t ${id}d" font-family="ui-sans-serif, system-ui, sans-serif" font-size="13">`,
    `<title id="${id}t">${escape(title)}: ${totalBytes} bytes</title>`,
    `<desc id="${id}d">${escape(said.join("; "))}</desc>`,
    "<style>",
    ".paper{fill:#fff}.ink{fill:#1b1f24}.quiet{fill:#57606a}.box{stroke:#57606a;stroke-width:1}.bracket{stroke:#0a5c8f;fill:none;stroke-width:1.5}.word{fill:#0a5c8f}",
    ".ip{fill:#e6edf5}.udp{fill:#efe6f5}.gre{fill:#e4f2e4}.esp{fill:#fbecd5}.inner{fill:#f4f4f4}",
    "@media (prefers-color-scheme:dark){.paper{fill:#0d1117}.ink{fill:#e6edf3}.quiet{fill:#9da7b3}.box{stroke:#7d8590}.bracket{stroke:#6cb6ff}.word{fill:#6cb6ff}.ip{fill:#1f2d3d}.udp{fill:#33263d}.gre{fill:#1f3325}.esp{fill:#3d2f17}.inner{fill:#24292f}}",
    "</style>",
    `<rect class="paper" width="${width}" height="176"/>`,
    `<text class="ink" x="${margin}" y="32" font-weight="600">${escape(title)}: ${totalBytes} bytes</text>`,
    ...boxes.flatMap(({ layer, left: x, width: w }) => [
      `<rect class="box ${layer.kind}" x="${x}" y="${boxTop}" width="${w}" height="${boxHeight}"/>`,
      `<text class="ink" x="${x + w / 2}" y="${boxTop + 28}" text-anchor="middle">${escape(layer.name)}</text>`,
      `<text class="quiet" x="${x + w / 2}" y="${boxTop + 48}" text-anchor="middle">${layer.bytes} ${layer.bytes === 1 ? "byte" : "bytes"}</text>`,
    ]),
    ...encryptedBracket(encrypted),
    "</svg>",
    "",
  ].join("\n");
}

function encryptedBracket(boxes: readonly { readonly left: number; readonly width: number }[]): string[] {
  const [first] = boxes;
  const last = boxes.at(-1);
  if (!first || !last) return [];
  const right = last.left + last.width;
  const y = boxTop + boxHeight;
  return [
    `<path class="bracket" d="M${first.left + 1} ${y + 6}v8H${right - 1}v-8"/>`,
    `<text class="word" x="${(first.left + right) / 2}" y="${y + 34}" text-anchor="middle">encrypted</text>`,
  ];
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

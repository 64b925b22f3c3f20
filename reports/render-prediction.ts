/** Predictions as people read them: a block for one specification, a table for several, and the arithmetic. */
import { formatFindings } from "../model/finding.ts";
import type { ArithmeticLine, PacketPrediction } from "../model/predict-packet.ts";
import type { PacketSpec } from "../model/packet-spec.ts";
import { renderLayers } from "./packet-picture.ts";

/** A specification with what was predicted of it, and the arithmetic when it was asked for. */
export interface PredictionView {
  readonly spec: PacketSpec;
  readonly prediction: PacketPrediction;
  readonly arithmetic: readonly (readonly ArithmeticLine[])[];
}

/** The text for a terminal. Ends with a newline. */
export function renderPredictions(views: readonly PredictionView[]): string {
  const [only] = views;
  const text = only && views.length === 1 ? renderOne(only) : renderTable(views);
  const arithmetic = views.flatMap(({ spec, arithmetic: parts }) =>
    parts.filter((lines) => lines.length > 0).map((lines) => `\n${titleOf(spec)}\n${renderArithmetic(lines)}`),
  );
  return [text, ...arithmetic].join("\n") + "\n";
}

/** The tunnel in a line: `gre-over-ipsec aes-gcm-16 transport, NAT-T, over IPv4 1500`. */
function titleOf({ order, esp, gre, outer, platform }: PacketSpec): string {
  const options = (["key", "checksum", "sequence"] as const).filter((name) => gre[name]);
  const integrity = !esp || esp.integrity === "none" ? "" : `/${esp.integrity}`;
  return [
    [order, ...(esp && order !== "gre" ? [`${esp.encryption}${integrity}`, esp.mode] : [])].join(" "),
    ...(order === "ipsec" || options.length === 0 ? [] : [`GRE ${options.join("+")}`]),
    ...(esp?.natTraversal && order !== "gre" ? ["NAT-T"] : []),
    `over ${outer.family === "ipv4" ? "IPv4" : "IPv6"} ${outer.mtuBytes}`,
    ...(platform === "ios" ? ["on IOS"] : []),
  ].join(", ");
}

function renderOne({ spec, prediction }: PredictionView): string {
  const { findings, layers, fragmentsOnWire: fragments } = prediction;
  const number = (value: number | null): string => (value === null ? "-" : String(value));
  const rows: [string, string][] = [
    ["ip mtu of the tunnel", number(prediction.tunnelIpMtuBytes)],
    ["tcp adjust-mss, IPv4", number(prediction.tcpMssIpv4Bytes)],
    ["tcp adjust-mss, IPv6", number(prediction.tcpMssIpv6Bytes)],
    ["ESP's plaintext mtu", number(prediction.espPlaintextMtuBytes)],
    ["overhead", `${number(prediction.overheadMinBytes)} to ${number(prediction.overheadMaxBytes)}`],
  ];
  if (spec.innerBytes !== undefined)
    rows.push(
      [`packet of ${spec.innerBytes}`, `${number(prediction.outerPacketBytes)} outside`],
      ["on the wire", fragments ? fragments.join(" + ") : "-"],
    );
  const width = Math.max(...rows.map(([name]) => name.length));
  return [
    titleOf(spec),
    ...(prediction.tunnelIpMtuBytes === null ? [] : rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`)),
    ...(layers ? ["", renderLayers(layers)] : []),
    ...(findings.length > 0 ? ["", formatFindings(findings)] : []),
  ].join("\n");
}

const columns = ["tunnel", "ip mtu", "mss", "mss6", "esp mtu", "overhead", "packet", "outside", "on the wire"];

function renderTable(views: readonly PredictionView[]): string {
  const cell = (value: number | null | undefined): string => (typeof value === "number" ? String(value) : "-");
  const rows = views.map(({ spec, prediction: p }) => [
    titleOf(spec),
    cell(p.tunnelIpMtuBytes),
    cell(p.tcpMssIpv4Bytes),
    cell(p.tcpMssIpv6Bytes),
    cell(p.espPlaintextMtuBytes),
    p.overheadMinBytes === null ? "-" : `${p.overheadMinBytes}-${p.overheadMaxBytes}`,
    cell(spec.innerBytes),
    cell(p.outerPacketBytes),
    p.fragmentsOnWire?.join("+") ?? "-",
  ]);
  const widths = columns.map((title, at) => Math.max(title.length, ...rows.map((row) => row[at]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((text, at) => (at === 0 ? text.padEnd(widths[at] ?? 0) : text.padStart(widths[at] ?? 0)))
      .join("  ")
      .trimEnd();
  const faults = views.flatMap(({ prediction }, index) =>
    prediction.findings.length > 0 ? [`\n[${index}]\n${formatFindings(prediction.findings)}`] : [],
  );
  return [line(columns), ...rows.map(line), ...faults].join("\n");
}

const signs: Readonly<Record<ArithmeticLine["step"], string>> = {
  start: " ",
  add: "+",
  subtract: "-",
  round: "~",
  equals: "=",
};

function renderArithmetic(lines: readonly ArithmeticLine[]): string {
  const digits = Math.max(...lines.map(({ bytes }) => String(bytes).length));
  const width = Math.max(...lines.map(({ text }) => text.length));
  return lines
    .map(({ step, bytes, text, source }) =>
      `  ${signs[step]} ${String(bytes).padStart(digits)}  ${text.padEnd(width)}  ${source}`.trimEnd(),
    )
    .join("\n");
}

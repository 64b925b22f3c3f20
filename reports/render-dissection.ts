/** A capture as a list: one line a packet, its layers with their bytes from the outside in. */

/** A layer, and the bytes that it takes. */
export interface DissectedLayer {
  readonly name: string;
  readonly bytes: number;
}

/** A packet of a capture. */
export interface DissectedPacket {
  /** Counted from 1, as other readers of captures do; of the last fragment when there were several. */
  readonly number: number;
  readonly source: string;
  readonly destination: string;
  readonly totalBytes: number;
  /** Sizes of the fragments that it came in; empty when it was not cut. */
  readonly fragments: readonly number[];
  readonly layers: readonly DissectedLayer[];
  /** What is worth a word: DF, an MTU that is named, why something could not be read. */
  readonly note: string;
}

/** The text for a terminal. Ends with a newline. */
export function renderDissection(packets: readonly DissectedPacket[]): string {
  const rows = packets.map((packet) => [
    String(packet.number),
    `${packet.source} → ${packet.destination}`,
    String(packet.totalBytes),
    [
      packet.layers.map(({ name, bytes }) => `${name} ${bytes}`).join(" | "),
      ...(packet.fragments.length > 0 ? [`in fragments of ${packet.fragments.join(" + ")}`] : []),
      ...(packet.note === "" ? [] : [packet.note]),
    ].join("  "),
  ]);
  const widths = [0, 1, 2].map((at) => Math.max(1, ...rows.map((row) => row[at]?.length ?? 0)));
  return rows
    .map(
      ([number = "", ends = "", bytes = "", layers = ""]) =>
        `${number.padStart(widths[0] ?? 0)}  ${ends.padEnd(widths[1] ?? 0)}  ${bytes.padStart(widths[2] ?? 0)}  ${layers}\n`,
    )
    .join("");
}

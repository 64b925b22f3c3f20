/** @jsxRuntime automatic @jsxImportSource preact */
/** Bytes on the wire against bytes inside: the predicted steps, and the sizes that were measured on them. */
import type { JSX } from "preact";
import { wireBytes } from "../../model/overhead.ts";
import { roadOf } from "../../model/packet-road.ts";
import type { LabPlan, PlannedTunnel } from "../../model/plan-document.ts";
import type { CheckResult } from "../../model/run-result.ts";

const width = 640;
const height = 240;
const left = 56;
const bottom = 36;

/** A size that was sent, and what of it was seen outside. */
export interface MeasuredSize {
  readonly innerBytes: number;
  readonly wireBytes: number;
}

/** The sizes that the checks of a tunnel sent: `1000 bytes inside, on the wire r1 → r2`, `1060`. */
export function measuredSizes(checks: readonly CheckResult[]): MeasuredSize[] {
  const sizes = checks
    .flatMap(({ facts }) => facts)
    .flatMap(({ quantity, measured }) => {
      const inside = /^(\d+) bytes inside, on the wire/.exec(quantity)?.[1];
      return inside === undefined || !/^\d+$/.test(measured)
        ? []
        : [{ innerBytes: Number(inside), wireBytes: Number(measured) }];
    });
  return [...new Map(sizes.map((size) => [`${size.innerBytes} ${size.wireBytes}`, size])).values()];
}

/** Drawn from nothing to the largest packet that is not fragmented; the line that is not to be crossed is the smallest MTU on the way. */
export function SizesChart({
  plan,
  tunnel,
  measured,
}: {
  readonly plan: LabPlan;
  readonly tunnel: PlannedTunnel;
  readonly measured: readonly MeasuredSize[];
}): JSX.Element {
  const { encapsulation } = roadOf(plan, tunnel, "linux");
  const { largestInnerBytes, pathMtuBytes } = tunnel.prediction;
  const most = Math.max(pathMtuBytes, ...measured.map((size) => size.wireBytes)) * 1.05;
  const x = (bytes: number): number => left + (bytes / (largestInnerBytes * 1.04)) * (width - left - 12);
  const y = (bytes: number): number => height - bottom - (bytes / most) * (height - bottom - 14);
  const sizes = Array.from({ length: 60 }, (_, index) => 20 + Math.round((index / 59) * (largestInnerBytes - 20)));
  const predicted = sizes.map((bytes) => `${x(bytes).toFixed(1)} ${y(wireBytes(bytes, encapsulation)).toFixed(1)}`);
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((share) => Math.round((share * largestInnerBytes) / 10) * 10);
  const said = measured.map((size) => `${size.innerBytes} inside, ${size.wireBytes} on the wire`).join("; ");
  return (
    <figure>
      <svg
        class="chart"
        role="img"
        viewBox={`0 0 ${width} ${height}`}
        aria-label={`Bytes on the wire against bytes inside. Predicted as a line, to ${largestInnerBytes} inside. Measured: ${said === "" ? "nothing" : said}.`}
      >
        <path class="axis" d={`M${left} 8V${height - bottom}H${width - 8}`} />
        {ticks.map((bytes) => (
          <text key={bytes} class="tick" x={x(bytes)} y={height - bottom + 16} text-anchor="middle">
            {bytes}
          </text>
        ))}
        {[500, 1000, 1500]
          .filter((bytes) => bytes < most)
          .map((bytes) => (
            <text key={bytes} class="tick" x={left - 6} y={y(bytes) + 4} text-anchor="end">
              {bytes}
            </text>
          ))}
        <path class="limit" d={`M${left} ${y(pathMtuBytes)}H${width - 8}`} />
        <text class="tick" x={left + 8} y={y(pathMtuBytes) - 4}>
          smallest MTU on the way: {pathMtuBytes}
        </text>
        <path class="predicted" d={`M${predicted.join("L")}`} />
        {measured.map((size) => (
          <circle key={size.innerBytes} class="measured" cx={x(size.innerBytes)} cy={y(size.wireBytes)} r="5" />
        ))}
        <text class="tick" x={width - 8} y={height - 4} text-anchor="end">
          bytes inside
        </text>
      </svg>
      <figcaption>
        Bytes of IP on the wire against bytes of the packet inside {tunnel.name}: the line is predicted, the dots were
        measured.
      </figcaption>
    </figure>
  );
}

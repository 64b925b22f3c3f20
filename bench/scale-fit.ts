/** What a spoke costs: the line through the measured points, and how far from it the points are. Pure. */

/** A lab of one size, measured. */
export interface ScalePoint {
  readonly spokeCount: number;
  /** Seconds of each step, by its name. */
  readonly seconds: Readonly<Record<string, number>>;
  /** Pss in MiB of each node. */
  readonly nodesPssMiB: Readonly<Record<string, number>>;
  /** Percent of a core that each node takes while nobody asks it anything. */
  readonly idleCpuPercent: Readonly<Record<string, number>>;
  /** How much less memory the machine has to give, in MiB, while the lab stands. */
  readonly machineMiB: number;
  /** Load average as the lab began to be built. */
  readonly load: number;
  readonly parallelism: number;
  readonly verdict: string;
}

/** A line through points. */
export interface Line {
  readonly slope: number;
  readonly offset: number;
}

/** By least squares; of fewer than two points none can be had. */
export function fitLine(points: readonly (readonly [x: number, y: number])[]): Line | null {
  const count = points.length;
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / count;
  const [meanX, meanY] = [mean(points.map(([x]) => x)), mean(points.map(([, y]) => y))];
  const spread = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  if (count < 2 || spread === 0) return null;
  const slope = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0) / spread;
  return { slope, offset: meanY - slope * meanX };
}

/** The spokes up to which a lab has not found its pace: they are not part of the line. */
export const firstSpokes = 4;

/** What each further spoke costs, of the labs with so many and more. */
export function perSpoke(points: readonly ScalePoint[], valueOf: (point: ScalePoint) => number): Line | null {
  return fitLine(
    points.filter(({ spokeCount }) => spokeCount >= firstSpokes).map((point) => [point.spokeCount, valueOf(point)]),
  );
}

/**
 * The largest distance of a further spoke's cost from the line's slope, as a part of it: between each two sizes that follow one
 * another, from the first four spokes on. 0.15 is 15 %.
 */
export function unevenness(points: readonly ScalePoint[], valueOf: (point: ScalePoint) => number): number | null {
  const line = perSpoke(points, valueOf);
  const counted = points.filter(({ spokeCount }) => spokeCount >= firstSpokes);
  if (!line || counted.length < 3) return null;
  return Math.max(
    ...counted.slice(1).map((point, index) => {
      const before = counted[index] ?? point;
      const cost = (valueOf(point) - valueOf(before)) / (point.spokeCount - before.spokeCount);
      return Math.abs(cost - line.slope) / line.slope;
    }),
  );
}

/** Mean of a number told of each node, of the nodes whose name is so. */
export function meanOf(values: Readonly<Record<string, number>>, named: RegExp): number {
  const found = Object.entries(values).filter(([name]) => named.test(name));
  return found.reduce((sum, [, value]) => sum + value, 0) / Math.max(found.length, 1);
}

/** All of them together. */
export function sumOf(values: Readonly<Record<string, number>>): number {
  return Object.values(values).reduce((sum, value) => sum + value, 0);
}

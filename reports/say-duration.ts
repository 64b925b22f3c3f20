/**
 * A duration in milliseconds as a person reads it.
 *
 * @example
 * ```ts
 * sayDuration(420); // "420 ms"
 * sayDuration(4200); // "4.2 s"
 * sayDuration(65_000); // "1 min 05 s"
 * ```
 */
export function sayDuration(durationMs: number): string {
  const wholeMs = Math.round(durationMs);
  if (wholeMs < 1000) return `${wholeMs} ms`;
  const tenths = Math.round(durationMs / 100);
  if (tenths < 600) return `${(tenths / 10).toFixed(1)} s`;
  const seconds = Math.round(durationMs / 1000);
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, "0")} s`;
}

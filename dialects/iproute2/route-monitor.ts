/** Argument vector: tells every change of the kernel's routes until it is stopped, for {@link readRouteMonitor}. */
export const monitorRoutes: readonly string[] = ["ip", "-4", "-ts", "monitor", "route"];

/** A route that came, or took another way. */
export interface RouteChange {
  readonly destination: string;
  /** `tunnel1`; undefined when the route went. */
  readonly device: string | undefined;
  /** Milliseconds since 1970, by the router's clock. */
  readonly atMs: number;
}

/** @see ip-monitor(8); a line is `[2026-11-26T05:13:43.206015] 192.168.20.0/24 nhid 33 via 172.16.0.6 dev tunnel1 proto ospf metric 20` */
export function readRouteMonitor(text: string): RouteChange[] {
  return text.split("\n").flatMap((line) => {
    const [, at = "", deleted, destination = "", rest = ""] = /^\[(\S+)\] (Deleted )?(\S+)(.*)$/.exec(line) ?? [];
    const [whole = "", fraction = "0"] = at.split(".");
    const atMs = Date.parse(`${whole}Z`) + Number(`0.${fraction}`) * 1000;
    if (Number.isNaN(atMs)) return [];
    return [{ destination, device: deleted ? undefined : / dev (\S+)/.exec(rest)?.[1], atMs }];
  });
}

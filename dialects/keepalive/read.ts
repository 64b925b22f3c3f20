import { numberOf, objectOf, objectsOf, parseJson, textOf, type JsonObject } from "../json.ts";

/** When a line protocol went up or down, by the router's clock of the day. */
export interface LineTransition {
  readonly up: boolean;
  readonly wallClockMs: number;
}

/** What `tw-keepalive` says of a tunnel. */
export interface KeepaliveState {
  readonly device: string;
  readonly periodSeconds: number;
  readonly retryCount: number;
  readonly lineUp: boolean;
  /** Why none is sent; undefined while they are. */
  readonly idle: string | undefined;
  /** Sent in a row without an answer. */
  readonly unansweredCount: number;
  readonly sentCount: number;
  readonly receivedCount: number;
  /** The last ones, the oldest first. */
  readonly transitions: readonly LineTransition[];
}

/** What `tw-keepalive status --json` prints; no tunnel where the daemon does not run, and prints nothing. */
export function readKeepalive(text: string): KeepaliveState[] {
  return objectsOf(objectOf(parseJson(text)).tunnels).map((tunnel) => ({
    device: textOf(tunnel, "device") ?? "",
    periodSeconds: numberOf(tunnel, "periodSeconds") ?? NaN,
    retryCount: numberOf(tunnel, "retryCount") ?? NaN,
    lineUp: textOf(tunnel, "lineProtocol") === "up",
    idle: textOf(tunnel, "idle"),
    unansweredCount: numberOf(tunnel, "counter") ?? NaN,
    sentCount: numberOf(tunnel, "sentCount") ?? 0,
    receivedCount: numberOf(tunnel, "receivedCount") ?? 0,
    transitions: objectsOf(tunnel.lastTransitions).flatMap(readTransition),
  }));
}

function readTransition(transition: JsonObject): LineTransition[] {
  const wallClockMs = numberOf(transition, "wallClockMs");
  return wallClockMs === undefined ? [] : [{ up: textOf(transition, "lineProtocol") === "up", wallClockMs }];
}

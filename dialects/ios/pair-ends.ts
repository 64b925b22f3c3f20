import { isIn } from "./device.ts";
import { findEnds, ikePeer, interfaceWith, owns, type IosEnd } from "./ends.ts";
import type { IosDevice } from "./device.ts";

/** Two ends that are each other's. */
export interface IosPair {
  readonly left: IosEnd;
  readonly right: IosEnd;
}

/** The ends of all routers, and those that belong together. */
export interface PairedEnds {
  readonly ends: readonly IosEnd[];
  readonly pairs: readonly IosPair[];
  /** Addresses that a configuration does not say and its peer's does. */
  readonly inferred: readonly { readonly end: IosEnd; readonly peer: IosEnd }[];
}

/**
 * Finds the ends that belong together: by destination and source, else by the tunnel's network. The best are taken first. An outer
 * address that one configuration does not say is taken from its peer's destination.
 */
export function pairEnds(devices: readonly IosDevice[]): PairedEnds {
  const ends = devices.flatMap(findEnds);
  const candidates = ends.flatMap((left, at) =>
    ends
      .slice(at + 1)
      .flatMap((right) => (left.device === right.device ? [] : [{ left, right, score: scoreOf(left, right) }])),
  );
  const taken = new Set<IosEnd>();
  const pairs: IosPair[] = [];
  for (const { left, right } of candidates.filter((each) => each.score > 0).toSorted((a, b) => b.score - a.score)) {
    if (taken.has(left) || taken.has(right)) continue;
    taken.add(left).add(right);
    pairs.push({ left, right });
  }
  const inferred = pairs.flatMap(({ left, right }) => [...infer(left, right), ...infer(right, left)]);
  return { ends, pairs, inferred };
}

function infer(end: IosEnd, peer: IosEnd): { end: IosEnd; peer: IosEnd }[] {
  const told = peer.tunnel ? peer.destination : ikePeer(peer);
  if (
    end.sourceAddress !== null ||
    told === null ||
    (end.sourceInterface === null && end.tunnel?.tunnelSource == null && end.tunnel !== null)
  )
    return [];
  end.sourceAddress = told;
  return [{ end, peer }];
}

function scoreOf(left: IosEnd, right: IosEnd): number {
  if ((left.tunnel === null) !== (right.tunnel === null)) return 0;
  const toward = (from: IosEnd, to: IosEnd): number => {
    if (from.destination === null) return 0;
    if (from.destination === to.sourceAddress) return 8;
    return owns(to.device, from.destination) ? 5 : 0;
  };
  const sum = toward(left, right) + toward(right, left);
  const isUnsaid = left.sourceAddress === null || right.sourceAddress === null;
  if (!left.tunnel || !right.tunnel) return sum > 0 ? sum : isUnsaid ? 0 : 0;
  const [a, b] = [left.tunnel.address?.value, right.tunnel.address?.value];
  const isOneNetwork =
    a !== undefined &&
    b !== undefined &&
    a.prefixLength === b.prefixLength &&
    isIn(a.address, b) &&
    a.prefixLength < 32;
  return sum + (isOneNetwork ? 4 : 0);
}

const farEnds = new WeakMap<readonly IosPair[], ReadonlyMap<IosEnd, IosEnd>>();

/** The far end of an end, when it is among the routers given. */
export function farEnd({ pairs }: Pick<PairedEnds, "pairs">, end: IosEnd): IosEnd | undefined {
  let known = farEnds.get(pairs);
  if (!known) {
    known = new Map(pairs.flatMap(({ left, right }) => [[left, right] as const, [right, left] as const]));
    farEnds.set(pairs, known);
  }
  return known.get(end);
}

/** The interface of an address on the router, for findings. */
export function outsideOf(end: IosEnd): string | null {
  return end.sourceInterface ?? (end.sourceAddress === null ? null : interfaceWith(end.device, end.sourceAddress));
}

/** Questions that more than one kind of check puts to a router. */
import { parseOspfNeighbors, type OspfNeighbor } from "../dialects/frr/read-neighbors.ts";
import { parseLinkStates, type LinkState } from "../dialects/iproute2/read-link.ts";
import { readKeepalive, type KeepaliveState } from "../dialects/keepalive/read.ts";
import { parseConnections, type LoadedConnection } from "../dialects/strongswan/read-connections.ts";
import { parseIkeSas, type IkeSaState } from "../dialects/strongswan/read-sas.ts";
import type { PlannedEnd } from "../model/plan-document.ts";
import type { Session } from "../model/session.ts";
import type { CheckContext } from "./check-kind.ts";
import { understood } from "./understood.ts";

/** One value for each end of a tunnel. */
export interface BothEnds<Value> {
  readonly left: Value;
  readonly right: Value;
}

/** Asks both ends at once; `here` is the end that is asked. */
export async function askBothEnds<Value>(
  { tunnel: { left, right }, on }: CheckContext,
  ask: (session: Session, here: PlannedEnd, there: PlannedEnd) => Promise<Value>,
): Promise<BothEnds<Value>> {
  const [atLeft, atRight] = await Promise.all([
    on(left.router, (session) => ask(session, left, right)),
    on(right.router, (session) => ask(session, right, left)),
  ]);
  return { left: atLeft, right: atRight };
}

/** What both ends say about themselves, as one list: `here` is the end that was asked. */
export function ofBothEnds<Value, Item>(
  { left, right }: { readonly left: PlannedEnd; readonly right: PlannedEnd },
  seen: BothEnds<Value>,
  tell: (here: PlannedEnd, there: PlannedEnd, seen: Value) => readonly Item[],
): Item[] {
  return [...tell(left, right, seen.left), ...tell(right, left, seen.right)];
}

/** The IKE SAs of a tunnel. Both sides may have begun: several are no fault. `null` when charon does not answer. */
export async function askSas(session: Session, tunnel: string): Promise<readonly IkeSaState[] | null> {
  const { stdout, exitCode } = await session.run(["swanctl", "--list-sas", "--raw"]);
  if (exitCode !== 0) return null;
  const sas = parseIkeSas(stdout);
  return understood(session, "swanctl", hasReply(stdout), stdout, sas).filter((sa) => sa.name === tunnel);
}

/** The connection of a tunnel as charon has loaded it; `null` when charon does not answer, undefined when there is none. */
export async function askConnection(session: Session, tunnel: string): Promise<LoadedConnection | null | undefined> {
  const { stdout, exitCode } = await session.run(["swanctl", "--list-conns", "--raw"]);
  if (exitCode !== 0) return null;
  const connections = parseConnections(stdout);
  return understood(session, "swanctl", hasReply(stdout), stdout, connections).find(({ name }) => name === tunnel);
}

/** charon's last word, also where there is nothing to list. */
function hasReply(raw: string): boolean {
  return /^list-[a-z]+ reply \{/m.test(raw);
}

/** The tunnel's device; undefined when there is none. */
export async function askLink(session: Session, device: string | null): Promise<LinkState | undefined> {
  if (device === null) return undefined;
  const { stdout, stderr, exitCode } = await session.run(["ip", "-json", "-details", "link", "show", "dev", device]);
  if (exitCode !== 0 && stderr.includes("does not exist")) return undefined;
  const [link] = parseLinkStates(stdout);
  return understood(session, "ip", link !== undefined, stdout + stderr, link);
}

/** What the router's keepalive daemon says of the device; undefined where none are sent. */
export async function askKeepalive(session: Session, device: string | null): Promise<KeepaliveState | undefined> {
  if (device === null) return undefined;
  const { stdout, exitCode } = await session.run(["tw-keepalive", "status", "--json", device]);
  const states = readKeepalive(stdout);
  const isSaid = exitCode !== 0 || isJsonObject(stdout);
  return understood(session, "tw-keepalive", isSaid, stdout, states).find((each) => each.device === device);
}

/** The devices by which a node sends to exactly this network; none where it has no route of its own for it. */
export async function askRouteDevices(session: Session, network: string): Promise<string[]> {
  const { stdout, exitCode } = await session.run(["ip", "-4", "route", "show", network]);
  // Nothing where there is no such route.
  const isRoutes = exitCode === 0 && (stdout.trim() === "" || /\b(?:dev|nexthop|blackhole|unreachable) /.test(stdout));
  understood(session, "ip", isRoutes, stdout, null);
  return [...stdout.matchAll(/\bdev (\S+)/g)].flatMap(([, device]) => device ?? []);
}

/** The OSPF neighbours over a device; `null` when ospfd does not answer. */
export async function askOspfNeighbors(
  session: Session,
  device: string | null,
): Promise<readonly OspfNeighbor[] | null> {
  const { stdout, exitCode } = await session.run(["vtysh", "-d", "ospfd", "-c", "show ip ospf neighbor json"]);
  if (exitCode !== 0) return null;
  const neighbors = parseOspfNeighbors(stdout);
  return understood(session, "vtysh", isJsonObject(stdout), stdout, neighbors).filter(
    (each) => each.interfaceName === device,
  );
}

/** Whether it looks like one; the readers have refused what is none. */
function isJsonObject(text: string): boolean {
  return text.trim().startsWith("{");
}

/** The address on the tunnel's device, without prefix length; throws where there is no device, and nobody should ask. */
export function tunnelAddressOf({ router, tunnelAddress }: PlannedEnd): string {
  if (tunnelAddress === null) throw new Error(`the tunnel has no device at ${router}, so no address`);
  return bareAddress(tunnelAddress);
}

/** An address without its prefix length. */
function bareAddress(prefix: string): string {
  return prefix.split("/")[0] ?? prefix;
}

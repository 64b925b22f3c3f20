/** The way to a node on another engine, in Terraform's words and in ours. */
import type { RelayWay } from "../../model/relay.ts";
import type { State } from "../schema/attributes.ts";
import type { relayAttributes } from "../schema/resources.ts";

type WayState = State<typeof relayAttributes>;

/** What SSH is told of it: nothing, where the machine reaches the node itself. */
export function throughOf(way: WayState | null | undefined): { readonly through?: RelayWay } {
  return way ? { through: { dockerHost: way.docker_host, container: way.container } } : {};
}

/** What a state holds of it. */
export function wayState(way: RelayWay | undefined): WayState | null {
  return way ? { docker_host: way.dockerHost, container: way.container } : null;
}

// Topology   h0 - hub - isp - spoke1 - h1, isp - spoke2 - h2, … isp - spokeN: a link of the provider to each router, a tunnel from the hub
//            to each spoke, OSPF over all of them, a site behind each router; every address from one prefix.
// Shows      how a lab grows: one line says how many spokes (docs/scale.md has what each of them costs).
// You see    every tunnel up and proved; of the packets' sizes a sample, when there are many.
// Takes      about a minute with 3 spokes on two cores, and some six seconds for each more.
import type { App } from "cdktf";
import { HubAndSpoke, type Lab } from "../constructs/index.ts";

/** How many spokes: the line to change. */
const spokeCount = 3;

/** A hub and its spokes. */
export function hubAndSpoke(app: App): Lab {
  return new HubAndSpoke(app, "hub-and-spoke", { spokeCount });
}

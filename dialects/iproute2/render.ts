import type { InterfaceAddress, NodeModel } from "../../model/lab-model.ts";
import { printGreOptions } from "./gre-options.ts";
import { emptyDevice, printInterfaceSet, type InterfaceSet } from "./interface-set.ts";

/**
 * The `interfaces` section of a node: an `ip -batch` file that builds its interfaces, tunnels, addresses and static routes
 * from nothing, one line an object: data interfaces, then tunnels, then routes, each in the order declared.
 * @see ip(8), ip-link(8)
 */
export function renderInterfaces(node: NodeModel): string {
  const set: InterfaceSet = { devices: new Map(), routes: new Map() };
  for (const { name, mtuBytes, address, prefixLength, address6 } of node.interfaces)
    set.devices.set(name, {
      ...emptyDevice(),
      mtuBytes,
      up: true,
      addresses: texts({ address, prefixLength }, address6),
    });
  for (const tunnel of node.tunnels.filter(({ order }) => order !== "ipsec"))
    set.devices.set(tunnel.name, {
      gre: printGreOptions({
        local: tunnel.localOuterAddress,
        remote: tunnel.remoteOuterAddress,
        ttl: 255, // IOS's own; also, `ttl inherit` would let a routing loop through the tunnel live on
        key: tunnel.greKey,
        checksum: tunnel.greChecksum,
        sequence: tunnel.greSequence,
        pathMtuDiscovery: tunnel.pathMtuDiscovery ? "copy" : "clear",
      }),
      addressGenerationOff: true,
      mtuBytes: tunnel.ipMtuBytes,
      up: true,
      addresses: texts(tunnel.tunnelAddress, tunnel.tunnelAddress6),
    });
  for (const route of node.routes) set.routes.set(route.destination, `via ${route.via}`);
  return printInterfaceSet(set);
}

function texts(...addresses: readonly (InterfaceAddress | null)[]): string[] {
  return addresses.flatMap((each) => (each ? [`${each.address}/${each.prefixLength}`] : []));
}

/** A tunnel with keepalives whose static route is preferred, one whose line follows its SA and whose route floats; on the far side OSPF with BFD. */
import type { NodeModel } from "../../../model/lab-model.ts";
import { leftRouter, otherEnd, rightRouter, tunnelEnd } from "../nodes.ts";

const primary = tunnelEnd({ keepalive: { periodSeconds: 10, retryCount: 3 } });
const backup = tunnelEnd({
  name: "tunnel1",
  localOuterAddress: "198.51.100.6",
  remoteOuterAddress: "203.0.113.6",
  tunnelAddress: { address: "172.16.0.5", prefixLength: 30 },
  remoteTunnelAddress: "172.16.0.6",
  dpdDelaySeconds: 2,
  lineFollowsSa: true,
});
const overTunnel = (device: string, via: string, distance: number) => ({
  destination: "192.168.20.0/24",
  via,
  device,
  distance,
});
const speaking = (name: string, cost: number, bfd: { intervalMs: number; multiplier: number }) => ({
  name,
  area: 0,
  passive: false,
  pointToPoint: true,
  helloIntervalSeconds: 10,
  deadIntervalSeconds: 40,
  cost,
  bfd,
});

export const nodes: readonly NodeModel[] = [
  leftRouter({
    tunnels: [primary, backup],
    tunnelRoutes: [overTunnel("tunnel0", "172.16.0.2", 1), overTunnel("tunnel1", "172.16.0.6", 250)],
  }),
  rightRouter({
    tunnels: [otherEnd(primary), otherEnd(backup)],
    ospf: {
      routerId: "192.168.20.1",
      interfaces: [
        speaking("tunnel0", 10, { intervalMs: 300, multiplier: 3 }),
        speaking("tunnel1", 100, { intervalMs: 100, multiplier: 5 }),
      ],
    },
  }),
];

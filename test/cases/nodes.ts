/** Nodes as `validateLab` would make them, for cases that render without a declaration. */
import type { NodeModel, TunnelEndModel } from "../../model/lab-model.ts";
import { suites } from "../../model/suites.ts";

/** The left end of the first lab's tunnel, with what a case says otherwise. */
export function tunnelEnd(overrides: Partial<TunnelEndModel> = {}): TunnelEndModel {
  return {
    name: "tunnel0",
    order: "gre-over-ipsec",
    outsideInterface: "eth0",
    localOuterAddress: "198.51.100.2",
    remoteOuterAddress: "203.0.113.2",
    tunnelAddress: { address: "172.16.0.1", prefixLength: 30 },
    remoteTunnelAddress: "172.16.0.2",
    tunnelAddress6: null,
    remoteTunnelAddress6: null,
    peerAddress: "203.0.113.2",
    ikeAddresses: { local: "198.51.100.2", remote: "203.0.113.2" },
    ikeIdentities: { local: "198.51.100.2", remote: "203.0.113.2" },
    sites: { local: ["192.168.10.0/24"], remote: ["192.168.20.0/24"] },
    selectors: { local: ["198.51.100.2[gre]"], remote: ["203.0.113.2[gre]"] },
    greKey: null,
    greChecksum: false,
    greSequence: false,
    ipMtuBytes: 1442,
    tcpMssBytes: 1402,
    pathMtuDiscovery: true,
    protection: "tunnel-protection",
    mode: "transport",
    ikeVersion: 2,
    ...suites["aes-gcm-16"],
    ikeLifetimeSeconds: 86_400,
    espLifetimeSeconds: 3600,
    perfectForwardSecrecy: false,
    dpdDelaySeconds: 10,
    lineFollowsSa: false,
    restartsLostSa: true,
    keepalive: null,
    liveness: [{ kind: "none" }],
    ...overrides,
  };
}

/** The same tunnel from the other side. */
export function otherEnd(end: TunnelEndModel): TunnelEndModel {
  const { tunnelAddress, remoteTunnelAddress } = end;
  return {
    ...end,
    localOuterAddress: end.remoteOuterAddress,
    remoteOuterAddress: end.localOuterAddress,
    peerAddress: end.localOuterAddress,
    ikeAddresses: { local: end.ikeAddresses.remote, remote: end.ikeAddresses.local },
    ikeIdentities: { local: end.ikeIdentities.remote, remote: end.ikeIdentities.local },
    sites: { local: end.sites.remote, remote: end.sites.local },
    selectors: { local: end.selectors.remote, remote: end.selectors.local },
    tunnelAddress: tunnelAddress && { ...tunnelAddress, address: remoteTunnelAddress ?? "" },
    remoteTunnelAddress: tunnelAddress?.address ?? null,
  };
}

/** r1 of the first lab, without its tunnel. */
export function leftRouter(parts: Partial<NodeModel>): NodeModel {
  return {
    name: "r1",
    role: "router",
    platform: "linux",
    interfaces: [
      { name: "eth0", segment: "left", mtuBytes: 1500, address: "198.51.100.2", prefixLength: 30, address6: null },
      { name: "eth1", segment: "lan1", mtuBytes: 1500, address: "192.168.10.1", prefixLength: 24, address6: null },
    ],
    routes: [{ destination: "0.0.0.0/0", via: "198.51.100.1" }],
    tunnels: [],
    nat: [],
    filters: [],
    tunnelRoutes: [],
    ospf: null,
    ...parts,
  };
}

/** r2 of the first lab, without its tunnel. */
export function rightRouter(parts: Partial<NodeModel>): NodeModel {
  return leftRouter({
    name: "r2",
    interfaces: [
      { name: "eth0", segment: "right", mtuBytes: 1500, address: "203.0.113.2", prefixLength: 30, address6: null },
      { name: "eth1", segment: "lan2", mtuBytes: 1500, address: "192.168.20.1", prefixLength: 24, address6: null },
    ],
    routes: [{ destination: "0.0.0.0/0", via: "203.0.113.1" }],
    ...parts,
  });
}

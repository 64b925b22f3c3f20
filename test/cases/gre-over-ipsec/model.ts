/** The first lab: GRE in ESP transport mode (AES-GCM-16, IKEv2), OSPF over the tunnel. */
import type { NodeModel, OspfModel } from "../../../model/lab-model.ts";
import { leftRouter, otherEnd, rightRouter, tunnelEnd } from "../nodes.ts";

const ospf = (routerId: string): OspfModel => ({
  routerId,
  interfaces: [
    {
      name: "tunnel0",
      area: 0,
      passive: false,
      pointToPoint: true,
      helloIntervalSeconds: 1,
      deadIntervalSeconds: 4,
      cost: null,
      bfd: null,
    },
    {
      name: "eth1",
      area: 0,
      passive: true,
      pointToPoint: false,
      helloIntervalSeconds: 10,
      deadIntervalSeconds: 40,
      cost: null,
      bfd: null,
    },
  ],
});

export const nodes: readonly NodeModel[] = [
  leftRouter({ tunnels: [tunnelEnd()], ospf: ospf("192.168.10.1") }),
  rightRouter({ tunnels: [otherEnd(tunnelEnd())], ospf: ospf("192.168.20.1") }),
  {
    name: "isp",
    role: "transit",
    platform: "linux",
    interfaces: [
      { name: "eth0", segment: "left", mtuBytes: 1500, address: "198.51.100.1", prefixLength: 30, address6: null },
      { name: "eth1", segment: "right", mtuBytes: 1500, address: "203.0.113.1", prefixLength: 30, address6: null },
    ],
    routes: [],
    tunnels: [],
    nat: [],
    filters: [],
    tunnelRoutes: [],
    ospf: null,
  },
  {
    name: "h1",
    role: "host",
    platform: "linux",
    interfaces: [
      { name: "eth0", segment: "lan1", mtuBytes: 1500, address: "192.168.10.10", prefixLength: 24, address6: null },
    ],
    routes: [{ destination: "0.0.0.0/0", via: "192.168.10.1" }],
    tunnels: [],
    nat: [],
    filters: [],
    tunnelRoutes: [],
    ospf: null,
  },
  {
    name: "h2",
    role: "host",
    platform: "linux",
    interfaces: [
      { name: "eth0", segment: "lan2", mtuBytes: 1500, address: "192.168.20.10", prefixLength: 24, address6: null },
    ],
    routes: [{ destination: "0.0.0.0/0", via: "192.168.20.1" }],
    tunnels: [],
    nat: [],
    filters: [],
    tunnelRoutes: [],
    ospf: null,
  },
];

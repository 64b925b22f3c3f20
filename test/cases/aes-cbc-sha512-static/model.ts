/** AES-CBC with SHA-512, its own key exchange for each CHILD SA, the outer DF bit always clear, a static route over the tunnel. */
import type { NodeModel } from "../../../model/lab-model.ts";
import { suites } from "../../../model/suites.ts";
import { leftRouter, otherEnd, rightRouter, tunnelEnd } from "../nodes.ts";

const end = tunnelEnd({
  ...suites["aes-cbc-sha512"],
  mode: "tunnel",
  perfectForwardSecrecy: true,
  pathMtuDiscovery: false,
  ipMtuBytes: 1390,
  tcpMssBytes: 1350,
  espLifetimeSeconds: 1800,
});

export const nodes: readonly NodeModel[] = [
  leftRouter({
    tunnels: [end],
    routes: [
      { destination: "0.0.0.0/0", via: "198.51.100.1" },
      { destination: "192.168.20.0/24", via: "172.16.0.2" },
    ],
  }),
  rightRouter({
    tunnels: [otherEnd(end)],
    routes: [
      { destination: "0.0.0.0/0", via: "203.0.113.1" },
      { destination: "192.168.10.0/24", via: "172.16.0.1" },
    ],
  }),
];

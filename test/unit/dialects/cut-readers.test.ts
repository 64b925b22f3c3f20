/** What is read of a cut: neighbours in FRR's log, routes of `ip monitor`, keepalives. Lines as the routers printed them. */
import { expect, test } from "vitest";
import { readAdjacencyLog } from "../../../dialects/frr/adjacency-log.ts";
import { readRouteMonitor } from "../../../dialects/iproute2/route-monitor.ts";
import { readKeepalive } from "../../../dialects/keepalive/read.ts";

test("neighbours that leave Full and come to it, and nothing else", () => {
  const text = `2026/11/26 05:13:43.119787 OSPF: [Y05P2-YJVXY] AdjChg: Nbr 192.168.20.1, NbrIP 172.16.0.2 (default) on tunnel0:172.16.0.1: Full -> Deleted (KillNbr)
2026/11/26 05:13:54.001000 OSPF: [Y05P2-YJVXY] AdjChg: Nbr 192.168.20.1, NbrIP 172.16.0.2 (default) on tunnel0:172.16.0.1: Deleted -> Init (PacketReceived)
2026/11/26 05:13:55.5 OSPF: [Y05P2-YJVXY] AdjChg: Nbr 192.168.20.1, NbrIP 172.16.0.2 (default) on tunnel0:172.16.0.1: Loading -> Full (LoadingDone)
2026/11/26 05:13:56.000000 ZEBRA: [X] something else`;
  expect(readAdjacencyLog(text)).toEqual([
    { device: "tunnel0", full: false, atMs: Date.UTC(2026, 10, 26, 5, 13, 43) + 119.787 },
    { device: "tunnel0", full: true, atMs: Date.UTC(2026, 10, 26, 5, 13, 55) + 500 },
  ]);
});

test("routes that come and go", () => {
  const text = `[2026-11-26T05:13:43.206015] 192.168.20.0/24 nhid 33 via 172.16.0.6 dev tunnel1 proto ospf metric 20 
[2026-11-26T05:13:54.967970] Deleted 10.0.0.0/8 via 172.16.0.2 dev tunnel0
not a line of it`;
  expect(readRouteMonitor(text)).toEqual([
    { destination: "192.168.20.0/24", device: "tunnel1", atMs: Date.UTC(2026, 10, 26, 5, 13, 43) + 206.015 },
    { destination: "10.0.0.0/8", device: undefined, atMs: Date.UTC(2026, 10, 26, 5, 13, 54) + 967.97 },
  ]);
});

test("what tw-keepalive says of its tunnels; nothing where it does not run", () => {
  expect(readKeepalive("")).toEqual([]);
  const text = `{"tunnels":[
{"device":"tunnel0","periodSeconds":1,"retryCount":3,"adminUp":true,"lineProtocol":"down","idle":null,"counter":4,"sentCount":9,"receivedCount":5,"answeredCount":0,"ignoredCounts":{},"transitionCount":1,"lastTransitions":[{"lineProtocol":"down","wallClockMs":1795671199789,"monotonicMs":7}]}
]}`;
  expect(readKeepalive(text)).toEqual([
    {
      device: "tunnel0",
      periodSeconds: 1,
      retryCount: 3,
      lineUp: false,
      idle: undefined,
      unansweredCount: 4,
      sentCount: 9,
      receivedCount: 5,
      transitions: [{ up: false, wallClockMs: 1795671199789 }],
    },
  ]);
});

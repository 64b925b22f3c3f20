/** Sites behind one transit: a router with a LAN and a host on it, and a link to the transit. */
import type { LabDeclaration, NodeDeclaration } from "../../../model/declaration.ts";

/** Nodes and segments alone, without a tunnel. */
export function hubAndSpokeNodes(siteCount: number): LabDeclaration {
  const segments: LabDeclaration["segments"] = {};
  const transit: NodeDeclaration["interfaces"] = {};
  const nodes: LabDeclaration["nodes"] = { isp: { role: "transit", interfaces: transit } };
  for (let n = 1; n <= siteCount; n += 1) {
    segments[`to-r${n}`] = {};
    segments[`lan${n}`] = {};
    transit[`eth${n - 1}`] = { segment: `to-r${n}`, address: `198.51.${n}.1/30` };
    nodes[`r${n}`] = {
      role: "router",
      interfaces: {
        eth0: { segment: `to-r${n}`, address: `198.51.${n}.2/30` },
        eth1: { segment: `lan${n}`, address: `192.168.${n}.1/24` },
      },
    };
    nodes[`h${n}`] = { role: "host", interfaces: { eth0: { segment: `lan${n}`, address: `192.168.${n}.10/24` } } };
  }
  return { name: "sites", segments, nodes, tunnels: {} };
}

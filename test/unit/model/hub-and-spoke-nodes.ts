/** Sites behind one transit: a router with a LAN and a host on it, and a link to the transit. */
import type { LabDeclaration } from "../../../model/declaration.ts";

/** Nodes and segments alone, without a tunnel. */
export function hubAndSpokeNodes(siteCount: number): LabDeclaration {
  const sites = Array.from({ length: siteCount }, (_, index) => index + 1);
  return {
    name: "sites",
    segments: Object.fromEntries([...sites.map((n) => [`to-r${n}`, {}]), ...sites.map((n) => [`lan${n}`, {}])]),
    nodes: {
      isp: {
        role: "transit",
        interfaces: Object.fromEntries(
          sites.map((n, index) => [`eth${index}`, { segment: `to-r${n}`, address: `198.51.${n}.1/30` }]),
        ),
      },
      ...Object.fromEntries(
        sites.flatMap((n) => [
          [
            `r${n}`,
            {
              role: "router" as const,
              interfaces: {
                eth0: { segment: `to-r${n}`, address: `198.51.${n}.2/30` },
                eth1: { segment: `lan${n}`, address: `192.168.${n}.1/24` },
              },
            },
          ],
          [
            `h${n}`,
            { role: "host" as const, interfaces: { eth0: { segment: `lan${n}`, address: `192.168.${n}.10/24` } } },
          ],
        ]),
      ),
    },
    tunnels: {},
  };
}

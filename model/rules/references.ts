import type { Finding } from "../finding.ts";
import { quote } from "../addresses.ts";
import { finding } from "./catalogue.ts";
import { sides, type RuleContext } from "./context.ts";

/** Names that point at nothing, and tunnels that end where none can. */
export function checkReferences({ lab, ports }: RuleContext): Finding[] {
  const findings: Finding[] = [];
  const unknown = (where: string, noun: string, seen: string, known: readonly string[]) => {
    const allowed = known.length ? known.join(", ") : `no ${noun} is declared`;
    findings.push(
      finding("reference/unknown", {
        what: `there is no ${noun} ${quote(seen)}`,
        where,
        fix: known.length ? `name one of ${allowed}` : `declare the ${noun} first`,
        seen,
        allowed,
      }),
    );
  };
  for (const [nodeName, node] of Object.entries(lab.nodes))
    for (const [name, { segment }] of Object.entries(node.interfaces))
      if (!Object.hasOwn(lab.segments, segment))
        unknown(`nodes.${nodeName}.interfaces.${name}.segment`, "segment", segment, Object.keys(lab.segments));
  for (const [nodeName, { role, nat = [], filters = [], interfaces }] of Object.entries(lab.nodes)) {
    if (role !== "transit" && nat.length + filters.length > 0)
      findings.push(
        finding("nat/transit-only", {
          what: `${nodeName} is a ${role}, and has ${nat.length > 0 ? "NAT" : "filters"}`,
          where: `nodes.${nodeName}.${nat.length > 0 ? "nat" : "filters"}`,
          fix: "declare it on a transit between the routers",
          seen: role,
          allowed: "transit",
        }),
      );
    for (const [index, entry] of nat.entries()) {
      const where = `nodes.${nodeName}.nat[${index}]`;
      if (!Object.hasOwn(interfaces, entry.interface))
        unknown(`${where}.interface`, "interface", entry.interface, Object.keys(interfaces));
      const routers = ports.map(({ prefix }) => prefix.address);
      if (!routers.includes(entry.insideAddress))
        unknown(`${where}.insideAddress`, "address of a node", entry.insideAddress, routers);
    }
  }
  for (const [tunnelName, tunnel] of Object.entries(lab.tunnels))
    for (const side of sides) {
      const end = tunnel[side];
      const where = `tunnels.${tunnelName}.${side}`;
      const node = Object.hasOwn(lab.nodes, end.router) ? lab.nodes[end.router] : undefined;
      if (!node) unknown(`${where}.router`, "router", end.router, routerNames(lab.nodes));
      else if (node.role !== "router")
        findings.push(
          finding("tunnel/not-a-router", {
            what: `${end.router} is a ${node.role}, not a router`,
            where: `${where}.router`,
            fix: `end the tunnel on a router${routerNames(lab.nodes).length ? ` (${routerNames(lab.nodes).join(", ")})` : ""}`,
            seen: node.role,
            allowed: "router",
          }),
        );
      else if (!Object.hasOwn(node.interfaces, end.interface))
        unknown(`${where}.interface`, "interface", end.interface, Object.keys(node.interfaces));
    }
  return findings;
}

function routerNames(nodes: RuleContext["lab"]["nodes"]): string[] {
  return Object.entries(nodes).flatMap(([name, { role }]) => (role === "router" ? [name] : []));
}

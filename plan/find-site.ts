import { groupBy } from "../model/group-by.ts";
import { oncePer } from "../model/once-per.ts";
import type { InterfaceModel, LabModel, NodeModel } from "../model/lab-model.ts";
import type { PlannedHost } from "../model/plan-document.ts";
import { prefixOf } from "../model/resolved.ts";
import { distanceBetween, shortestWay, waySteps, type WayStep } from "../model/shortest-ways.ts";

/** Where the packets of a tunnel's end come from and go to. */
export interface Site {
  readonly host: PlannedHost;
  /** The router on the host's segment: that of the tunnel, or another one that its links lead to. */
  readonly router: string;
  /** The host's network. */
  readonly network: string;
}

/** The nearest host behind a router, over links; of several equally near the one declared first. `null` where there is none. */
export function findSite(lab: LabModel, router: string): Site | null {
  const known = knownSites(lab);
  let site = known.get(router);
  if (site === undefined) known.set(router, (site = nearestSite(lab, router)));
  return site;
}

const knownSites = oncePer<LabModel, Map<string, Site | null>>(() => new Map());

function nearestSite(lab: LabModel, router: string): Site | null {
  const steps = linkSteps(lab);
  const [found] = portsOfHosts(lab)
    .map((port) => ({ ...port, distance: distanceBetween(steps, router, port.behind) }))
    .filter(({ distance }) => distance !== Infinity)
    .sort((one, other) => one.distance - other.distance);
  if (!found) return null;
  const { host, port, gateway, behind } = found;
  const [step] = shortestWay(steps, router, behind);
  const { address, address6, prefixLength, mtuBytes } = port;
  const ipv6 =
    address6 && gateway.address6 ? { address: address6.address, gatewayAddress: gateway.address6.address } : null;
  return {
    host: {
      name: host.name,
      interface: port.name,
      address,
      mtuBytes,
      gatewayAddress: addressOnLink(lab, step) ?? gateway.address,
      ipv6,
    },
    router: behind,
    network: prefixOf(`${address}/${prefixLength}`).network,
  };
}

/** The steps within a site: what is behind another tunnel is not behind this one's end. */
export const linkSteps = oncePer(({ links }: LabModel): readonly WayStep[] => waySteps({ tunnels: [], links }));

interface HostPort {
  readonly host: NodeModel;
  readonly port: InterfaceModel;
  /** The interface of the router that it is behind. */
  readonly gateway: InterfaceModel;
  readonly behind: string;
}

const portsOfHosts = oncePer(({ nodes }: LabModel): readonly HostPort[] => {
  const gateways = groupBy(
    nodes
      .filter(({ role }) => role === "router")
      .flatMap(({ name: behind, interfaces }) => interfaces.map((gateway) => ({ behind, gateway }))),
    ({ gateway }) => gateway.segment,
  );
  return nodes
    .filter(({ role }) => role === "host")
    .flatMap((host) => host.interfaces.map((port) => ({ host, port })))
    .flatMap(({ host, port }) => (gateways.get(port.segment) ?? []).map((each) => ({ host, port, ...each })));
});

/** A router's own address on the link that a step takes. */
function addressOnLink({ links }: LabModel, step: WayStep | undefined): string | undefined {
  return links.flatMap(({ ends }) => ends).find((end) => end.router === step?.from && end.interface === step.device)
    ?.address;
}

import type { BfdModel, NodeModel, OspfInterfaceModel, OspfModel, TunnelRouteModel } from "../../model/lab-model.ts";
import { inSection } from "./line-tree.ts";

/** FRR's own intervals on every kind of interface (RFC 2328 appendix C.3 suggests them). */
const defaultHelloSeconds = 10;
const defaultDeadSeconds = 40;

/**
 * The `routing` section: `frr.conf` in the order in which vtysh prints `show running-config`; empty without a routing protocol and routes
 * that go with a tunnel's line protocol.
 *
 * The timers let a lab converge in its first second after a change: without them FRR waits 5 s between two LSAs of one
 * origin and refuses one that comes within a second (RFC 2328 MinLSInterval, MinLSArrival), and delays the SPF.
 * @see FRR documentation, "OSPFv2"
 */
export function renderRouting({ name, ospf, tunnelRoutes }: NodeModel): string {
  if (ospf === null && tunnelRoutes.length === 0) return "";
  const interfaces = [...(ospf?.interfaces ?? [])].sort((a, b) => (a.name < b.name ? -1 : 1));
  return [
    "frr defaults traditional",
    `hostname ${name}`,
    ...tunnelRoutes.map(routeLine),
    "!",
    ...interfaces.flatMap((ospfInterface) => [...interfaceLines(ospfInterface), "!"]),
    ...(ospf ? [...routerLines(ospf), "!"] : []),
    ...bfdProfiles(interfaces),
    "end",
    "",
  ].join("\n");
}

/** With the device, so that the route goes with its line protocol; FRR drops a distance of 1 from its running-config. */
function routeLine({ destination, via, device, distance }: TunnelRouteModel): string {
  return `ip route ${destination} ${via} ${device}${distance === 1 ? "" : ` ${distance}`}`;
}

const profileName = ({ intervalMs, multiplier }: BfdModel): string => `every-${intervalMs}-times-${multiplier}`;

/** One profile for each pair of values. */
function bfdProfiles(interfaces: readonly OspfInterfaceModel[]): string[] {
  const profiles = new Map(interfaces.flatMap(({ bfd }) => (bfd ? [[profileName(bfd), bfd] as const] : [])));
  return [...profiles].flatMap(([name, { intervalMs, multiplier }]) => [
    ...inSection(`bfd\n profile ${name}`, [
      // FRR drops its own values, three times 300 ms, from its running-config.
      ...(multiplier === 3 ? [] : [`detect-multiplier ${multiplier}`]),
      ...(intervalMs === 300 ? [] : [`transmit-interval ${intervalMs}`, `receive-interval ${intervalMs}`]),
    ]),
    "!",
  ]);
}

function interfaceLines(ospfInterface: OspfInterfaceModel): string[] {
  const { name, area, bfd, cost, helloIntervalSeconds: hello, deadIntervalSeconds: dead } = ospfInterface;
  const lines = [`interface ${name}`, ` ip ospf area ${area}`];
  if (bfd) lines.push(" ip ospf bfd", ` ip ospf bfd profile ${profileName(bfd)}`);
  if (cost !== null) lines.push(` ip ospf cost ${cost}`);
  // FRR makes the dead interval four hellos when the hello alone is set (seen with 8.4.4), so then it is said as well.
  if (hello !== defaultHelloSeconds || dead !== defaultDeadSeconds) lines.push(` ip ospf dead-interval ${dead}`);
  if (hello !== defaultHelloSeconds) lines.push(` ip ospf hello-interval ${hello}`);
  if (ospfInterface.pointToPoint) lines.push(" ip ospf network point-to-point");
  if (ospfInterface.passive) lines.push(" ip ospf passive");
  // A lab that wants its hellos each second does not want to wait five for a lost database description.
  if (hello <= 1 && !ospfInterface.passive) lines.push(" ip ospf retransmit-interval 1");
  return [...lines, "exit"];
}

function routerLines(ospf: OspfModel): string[] {
  return [
    "router ospf",
    ` ospf router-id ${ospf.routerId}`,
    " timers throttle spf 0 50 500",
    " timers throttle lsa all 0",
    " timers lsa min-arrival 0",
    "exit",
  ];
}

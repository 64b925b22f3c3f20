import type { NodeModel, OspfInterfaceModel, OspfModel } from "../../model/lab-model.ts";

/** FRR's own intervals on every kind of interface (RFC 2328 appendix C.3 suggests them). */
const defaultHelloSeconds = 10;
const defaultDeadSeconds = 40;

/**
 * The `routing` section: `frr.conf` in the order in which vtysh prints `show running-config`; empty without a routing protocol.
 *
 * The timers let a lab converge in its first second after a change: without them FRR waits 5 s between two LSAs of one
 * origin and refuses one that comes within a second (RFC 2328 MinLSInterval, MinLSArrival), and delays the SPF.
 * @see FRR documentation, "OSPFv2"
 */
export function renderRouting(node: NodeModel): string {
  if (node.ospf === null) return "";
  const interfaces = [...node.ospf.interfaces].sort((a, b) => (a.name < b.name ? -1 : 1));
  return [
    "frr defaults traditional",
    `hostname ${node.name}`,
    "!",
    ...interfaces.flatMap((ospfInterface) => [...interfaceLines(ospfInterface), "!"]),
    ...routerLines(node.ospf),
    "!",
    "end",
    "",
  ].join("\n");
}

function interfaceLines(ospfInterface: OspfInterfaceModel): string[] {
  const { name, area, helloIntervalSeconds: hello, deadIntervalSeconds: dead } = ospfInterface;
  const lines = [`interface ${name}`, ` ip ospf area ${area}`];
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

import { largestDeviceMtuBytes, largestInnerBytes, tcpMssFor, type Encapsulation } from "../../../model/overhead.ts";
import { hostSide, verdictOf } from "../access-list.ts";
import { espOfEnd, modeOfEnd, type IosEnd } from "../ends.ts";
import { farEnd, outsideOf } from "../pair-ends.ts";
import { iosFinding, type IosFinding } from "./catalogue.ts";
import { inInterface, ipMtuOf, replaceLine, tunnelName, type LintContext, type Rule } from "./context.ts";

/** What fits, what is told, and whether ICMP gets through. */
export const mtuRules: readonly Rule[] = [tooLarge, missing, unequal, segments, icmp, blocked];

const usual = { ipMtuBytes: 1400, tcpMssBytes: 1360 } as const;

/** What the end does to a packet; undefined when its ESP is not known here. */
export function encapsulationOf(end: IosEnd): Encapsulation | undefined {
  const esp = espOfEnd(end);
  if (end.order !== "gre" && !esp) return undefined;
  return {
    order: end.order,
    outerFamily: "ipv4",
    gre: {
      key: end.tunnel?.tunnelKey != null,
      checksum: end.tunnel?.tunnelChecksum != null,
      sequence: end.tunnel?.tunnelSequence != null,
    },
    esp: esp ?? { encryption: "null", keyBits: null, integrity: "none" },
    mode: modeOfEnd(end),
    natTraversal: false,
    platform: "ios",
  };
}

/** The largest ip mtu of the tunnel that travels whole over the narrower of the two outside interfaces; undefined when it is not known. */
export function fittingIpMtuBytes(end: IosEnd, far: IosEnd | undefined): number | undefined {
  const encapsulation = encapsulationOf(end);
  return encapsulation && largestDeviceMtuBytes(pathMtuBytes(end, far), encapsulation);
}

function pathMtuBytes(end: IosEnd, far: IosEnd | undefined): number {
  return Math.min(
    ...[end, ...(far ? [far] : [])].map((each) => ipMtuOf(each.device.interfaces.get(outsideOf(each) ?? ""))),
  );
}

function tooLarge(context: LintContext): IosFinding[] {
  return context.ends.flatMap((end) => {
    const said = end.tunnel?.ipMtuBytes;
    const far = farEnd(context, end);
    const fits = fittingIpMtuBytes(end, far);
    if (!said || fits === undefined || said.value <= fits) return [];
    const best = fits >= usual.ipMtuBytes ? usual.ipMtuBytes : fits;
    return [
      iosFinding("ios/mtu-exceeds-path", end.device, said.line, {
        what: `ip mtu ${said.value} of ${end.name} is larger than what fits: ${fits} of ${pathMtuBytes(end, far)} bytes`,
        fix: `say ip mtu ${best}`,
        seen: String(said.value),
        allowed: `${fits} or less`,
        edits: [replaceLine(end.device, said.line, `ip mtu ${best}`)],
      }),
    ];
  });
}

function missing(context: LintContext): IosFinding[] {
  return context.ends.flatMap((end) => {
    if (
      !end.tunnel ||
      end.tunnel.ipMtuBytes ||
      end.order !== "gre-over-ipsec" ||
      end.tunnel.tunnelMode?.value === "mgre"
    )
      return [];
    const far = farEnd(context, end);
    const fits = fittingIpMtuBytes(end, far) ?? usual.ipMtuBytes;
    const best =
      far?.tunnel?.ipMtuBytes && far.tunnel.ipMtuBytes.value <= fits
        ? far.tunnel.ipMtuBytes.value
        : Math.min(fits, usual.ipMtuBytes);
    return [
      iosFinding("ios/mtu-missing", end.device, end.line, {
        what: `${end.name} of ${end.device.name} is protected and has no ip mtu: ${fits} bytes fit`,
        fix: `say ip mtu ${best}`,
        seen: "none",
        allowed: `${fits} or less`,
        edits: [inInterface(end.device, end.name, `ip mtu ${best}`)],
      }),
    ];
  });
}

function unequal({ pairs }: LintContext): IosFinding[] {
  return pairs.flatMap((pair) => {
    const [a, b] = [pair.left.tunnel?.ipMtuBytes, pair.right.tunnel?.ipMtuBytes];
    if (!a || !b || a.value === b.value) return [];
    const [larger, said, wanted] = a.value > b.value ? [pair.left, a, b.value] : [pair.right, b, a.value];
    return [
      iosFinding("ios/mtu-unequal", larger.device, said.line, {
        what: `ip mtu of ${tunnelName(pair)} is ${a.value} at ${pair.left.device.name} and ${b.value} at ${pair.right.device.name}`,
        fix: `say ip mtu ${wanted} on ${larger.device.name} too`,
        seen: String(said.value),
        allowed: String(wanted),
        edits: [replaceLine(larger.device, said.line, `ip mtu ${wanted}`)],
      }),
    ];
  });
}

function segments(context: LintContext): IosFinding[] {
  return context.ends.flatMap((end) => {
    const { tunnel } = end;
    const mss = tunnel?.tcpMssBytes;
    if (!mss) return [];
    const encapsulation = encapsulationOf(end);
    const far = farEnd(context, end);
    const fits = fittingIpMtuBytes(end, far);
    const ipMtuBytes = tunnel.ipMtuBytes?.value ?? fits;
    if (ipMtuBytes === undefined || fits === undefined) return [];
    // With IPsec over GRE, ESP is inside the tunnel's ip mtu.
    const path = pathMtuBytes(end, far);
    const hostMtuBytes =
      end.order === "ipsec-over-gre" && encapsulation
        ? largestInnerBytes(path - fits + ipMtuBytes, encapsulation)
        : ipMtuBytes;
    const most = tcpMssFor(hostMtuBytes);
    if (mss.value <= most) return [];
    return [
      iosFinding("ios/mss-exceeds-mtu", end.device, mss.line, {
        what: `adjust-mss ${mss.value} of ${end.name} is larger than ${hostMtuBytes} bytes leave: ${most}`,
        fix: `say ip tcp adjust-mss ${most}`,
        seen: String(mss.value),
        allowed: `${most} or less`,
        edits: most >= 500 ? [replaceLine(end.device, mss.line, `ip tcp adjust-mss ${most}`)] : [],
      }),
    ];
  });
}

/** Path MTU discovery of the tunnel waits for ICMP from the transit, and hosts wait for the router's own. */
function icmp(context: LintContext): IosFinding[] {
  return context.ends.flatMap((end) => {
    const { tunnel, device } = end;
    if (!tunnel?.tunnelPmtud) return [];
    const found: IosFinding[] = [];
    const outside = device.interfaces.get(outsideOf(end) ?? "");
    const list = device.accessLists.get(outside?.accessIn?.value ?? "");
    if (list && outside?.accessIn && !list.isPartial) {
      const isLet = list.entries.some(
        ({ action, protocol, rest, source }) =>
          action === "permit" &&
          (protocol === "ip" || protocol === "icmp") &&
          source.wildcard === "255.255.255.255" &&
          (rest === "" || /^(?:log|unreachable|packet-too-big|3(?: 4)?$)/.test(rest)),
      );
      if (!isLet)
        found.push(
          iosFinding("ios/pmtud-icmp", device, outside.accessIn.line, {
            what: `${tunnel.name} discovers its path MTU, and access list ${list.name} on ${outside.name} lets no ICMP packet-too-big in`,
            fix: `add permit icmp any any packet-too-big to access list ${list.name}`,
          }),
        );
    }
    for (const each of [tunnel, ...device.interfaces.values()].filter(
      (each, at, all) => all.indexOf(each) === at && (each === tunnel || each.nat?.value === "inside"),
    ))
      if (each.noUnreachables)
        found.push(
          iosFinding("ios/pmtud-icmp", device, each.noUnreachables.line, {
            what: `no ip unreachables on ${each.name}: hosts are not told that a packet was too big`,
            fix: "say ip unreachables; limit them with ip icmp rate-limit unreachable if there are too many",
          }),
        );
    return found;
  });
}

/** What must come in from the peer: IKE, and ESP, or GRE where nothing protects it. */
function blocked(context: LintContext): IosFinding[] {
  return context.ends.flatMap((end) => {
    const outside = end.device.interfaces.get(outsideOf(end) ?? "");
    const list = end.device.accessLists.get(outside?.accessIn?.value ?? "");
    const { destination, sourceAddress } = end;
    if (!outside?.accessIn || !list || destination === null || sourceAddress === null || end.tunnel === outside)
      return [];
    const flow = { source: hostSide(destination), destination: hostSide(sourceAddress) };
    const needs = end.order === "gre" || end.order === "ipsec-over-gre" ? ["gre"] : ["udp", "esp"];
    const shut = needs.filter((protocol) => {
      if (protocol !== "udp") return verdictOf(list, { ...flow, protocol }).action === "deny";
      return (
        verdictOf(
          {
            ...list,
            entries: list.entries.map((entry) =>
              /(?:eq (?:500|isakmp))/.test(`${entry.source.ports} ${entry.destination.ports}`)
                ? { ...entry, source: { ...entry.source, ports: "" }, destination: { ...entry.destination, ports: "" } }
                : entry,
            ),
          },
          { ...flow, protocol: "udp" },
        ).action === "deny"
      );
    });
    if (shut.length === 0) return [];
    const words = shut.map((protocol) => (protocol === "udp" ? "IKE (udp eq isakmp)" : protocol)).join(" and ");
    return [
      iosFinding("ios/acl-blocks-tunnel", end.device, outside.accessIn.line, {
        what: `access list ${list.name} on ${outside.name} of ${end.device.name} does not let ${words} of ${destination} in`,
        fix: `permit ${words} from ${destination} in access list ${list.name}`,
      }),
    ];
  });
}

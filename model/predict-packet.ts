/** From a specification to its numbers, and to the arithmetic behind them. */
import { hasErrors, type Finding } from "./finding.ts";
import { fragmentsOf, leastMtuBytes } from "./fragments.ts";
import {
  espPlaintextMtuBytes,
  greHeaderBytes,
  ipHeaderBytesOf,
  largestInnerBytes,
  layersOf,
  overheadBounds,
  tcpMssFor,
  wireBytes,
  type Layer,
} from "./overhead.ts";
import { encapsulationOf, findingsOf, type PacketSpec } from "./packet-spec.ts";
import { finding } from "./rules/catalogue.ts";

/** What a specification leads to; a field that does not apply is `null`. All sizes are bytes of IP packets. */
export interface PacketPrediction {
  /** The largest packet that can be handed to the tunnel and is not fragmented. */
  readonly tunnelIpMtuBytes: number | null;
  readonly tcpMssIpv4Bytes: number | null;
  readonly tcpMssIpv6Bytes: number | null;
  /** The kernel's `xfrm_state_mtu`, IOS's "plaintext mtu"; `null` without ESP. */
  readonly espPlaintextMtuBytes: number | null;
  /** The outer packet around `innerBytes`, before any fragmentation. */
  readonly outerPacketBytes: number | null;
  readonly overheadBytes: number | null;
  readonly overheadMinBytes: number | null;
  readonly overheadMaxBytes: number | null;
  /** The outer packet as it crosses the path: itself, or its fragments when nothing cut the inner packet before. */
  readonly fragmentsOnWire: readonly number[] | null;
  /** The outer packet from its first byte to its last. */
  readonly layers: readonly Pick<Layer, "name" | "bytes">[] | null;
  /** With an error among them there are no numbers. */
  readonly findings: readonly Finding[];
}

/**
 * Every number that follows from a specification.
 *
 * @example
 * ```ts
 * predictPacket(spec).tunnelIpMtuBytes; // 1442
 * ```
 */
export function predictPacket(spec: PacketSpec): PacketPrediction {
  const findings = [...findingsOf(spec), ...roomFindings(spec)];
  if (hasErrors(findings)) return { ...nothing, findings };
  const e = encapsulationOf(spec);
  const tunnelIpMtuBytes = largestInnerBytes(spec.outer.mtuBytes, e);
  const { minBytes, maxBytes } = overheadBounds(e);
  return {
    tunnelIpMtuBytes,
    tcpMssIpv4Bytes: mss(tunnelIpMtuBytes, "ipv4"),
    tcpMssIpv6Bytes: mss(tunnelIpMtuBytes, "ipv6"),
    espPlaintextMtuBytes: espPlaintextMtuBytes(spec.outer.mtuBytes, e),
    ...ofPacket(spec),
    overheadMinBytes: minBytes,
    overheadMaxBytes: maxBytes,
    findings,
  };
}

/** A segment has at least a byte. */
function mss(ipMtuBytes: number, family: "ipv4" | "ipv6"): number | null {
  const segment = tcpMssFor(ipMtuBytes, family);
  return segment > 0 ? segment : null;
}

const nothing: Omit<PacketPrediction, "findings"> = {
  tunnelIpMtuBytes: null,
  tcpMssIpv4Bytes: null,
  tcpMssIpv6Bytes: null,
  espPlaintextMtuBytes: null,
  outerPacketBytes: null,
  overheadBytes: null,
  overheadMinBytes: null,
  overheadMaxBytes: null,
  fragmentsOnWire: null,
  layers: null,
};

function ofPacket(
  spec: PacketSpec,
): Pick<PacketPrediction, "outerPacketBytes" | "overheadBytes" | "fragmentsOnWire" | "layers"> {
  const { innerBytes, outer } = spec;
  if (innerBytes === undefined)
    return { outerPacketBytes: null, overheadBytes: null, fragmentsOnWire: null, layers: null };
  const layers = layersOf(innerBytes, encapsulationOf(spec));
  const outerPacketBytes = wireBytes(innerBytes, encapsulationOf(spec));
  return {
    outerPacketBytes,
    overheadBytes: outerPacketBytes - innerBytes,
    fragmentsOnWire: fragmentsOf(outerPacketBytes, outer.mtuBytes, outer.family).map(({ bytes }) => bytes),
    layers: layers.map(({ name, bytes }) => ({ name, bytes })),
  };
}

/** A path too narrow for the tunnel. */
function roomFindings(spec: PacketSpec): Finding[] {
  const e = encapsulationOf(spec);
  const { mtuBytes, family } = spec.outer;
  if (largestInnerBytes(mtuBytes, e) >= ipHeaderBytesOf("ipv4") && mtuBytes >= leastMtuBytes(family)) return [];
  return [
    finding("mtu/below-minimum", {
      what: `a path of ${mtuBytes} bytes leaves no room for an IPv4 header in the tunnel`,
      where: "outer.mtuBytes",
      fix: `widen the path to ${wireBytes(e.mode === "transport" ? ipHeaderBytesOf(family) : 20, e)} bytes or more`,
      seen: String(mtuBytes),
    }),
  ];
}

/** One line of the arithmetic: a number of bytes, what it is, and who says so. */
export interface ArithmeticLine {
  /** `start` begins, `add` and `subtract` go on, `equals` is what is left, `round` is made a multiple. */
  readonly step: "start" | "add" | "subtract" | "round" | "equals";
  readonly bytes: number;
  readonly text: string;
  /** RFC and section; empty for a sum. */
  readonly source: string;
}

const ipSource = { ipv4: "RFC 791 section 3.1", ipv6: "RFC 8200 section 3" } as const;

function greText({ gre }: PacketSpec): { readonly text: string; readonly source: string } {
  const options = (["key", "checksum", "sequence"] as const).filter((name) => gre[name]);
  return {
    text: options.length === 0 ? "GRE header" : `GRE header with ${options.join(", ")}`,
    source: options.length === 0 ? "RFC 2784 section 2.1" : "RFC 2784 section 2.1, RFC 2890 section 2",
  };
}

const ivSource: Readonly<Record<string, string>> = {
  "aes-cbc": "RFC 3602 section 2",
  "aes-ctr": "RFC 3686 section 2.1",
  "aes-gcm-8": "RFC 4106 section 3.1",
  "aes-gcm-12": "RFC 4106 section 3.1",
  "aes-gcm-16": "RFC 4106 section 3.1",
  "chacha20-poly1305": "RFC 7634 section 2",
  "3des-cbc": "RFC 2451 section 3",
  "des-cbc": "RFC 2405 section 3",
};

const icvSource: Readonly<Record<string, string>> = {
  "md5-96": "RFC 2403 section 2",
  "sha1-96": "RFC 2404 section 2",
  "sha256-128": "RFC 4868 section 2.3",
  "sha384-192": "RFC 4868 section 2.3",
  "sha512-256": "RFC 4868 section 2.3",
  "chacha20-poly1305": "RFC 7634 section 2",
};

/** Who says how large a layer is. */
function sourceOf(spec: PacketSpec, { name, kind }: Layer): string {
  const { encryption = "null", integrity = "none" } = spec.esp ?? {};
  if (kind === "ip") return ipSource[spec.outer.family];
  if (kind === "gre") return greText(spec).source;
  if (kind === "udp") return "RFC 3948 section 2.1";
  if (name === "ESP IV") return ivSource[encryption] ?? "";
  if (name === "ESP ICV") return icvSource[integrity] ?? icvSource[encryption] ?? "RFC 4106 section 6";
  if (name === "ESP padding") return "RFC 4303 section 2.4";
  return kind === "esp" ? "RFC 4303 section 2" : "";
}

/** How the largest packet follows from the path, line by line. No line when there is no number. */
export function explainMtu(spec: PacketSpec): ArithmeticLine[] {
  const { tunnelIpMtuBytes, espPlaintextMtuBytes: plaintext } = predictPacket(spec);
  if (tunnelIpMtuBytes === null) return [];
  const e = encapsulationOf(spec);
  const { mtuBytes, family } = spec.outer;
  const header = ipHeaderBytesOf(family);
  const gre = greHeaderBytes(e.gre);
  const ip = (step: "add" | "subtract", text: string): ArithmeticLine => ({
    step,
    bytes: header,
    text,
    source: ipSource[family],
  });
  const lines: ArithmeticLine[] = [{ step: "start", bytes: mtuBytes, text: "IP MTU of the path", source: "" }];
  const outerGre: ArithmeticLine[] = [
    ip("subtract", "outer IP header"),
    { step: "subtract", bytes: gre, ...greText(spec) },
  ];
  if (plaintext === null)
    return [
      ...lines,
      ...outerGre,
      { step: "equals", bytes: tunnelIpMtuBytes, text: "ip mtu of the tunnel", source: "" },
    ];
  if (spec.order === "ipsec-over-gre")
    lines.push(...outerGre, {
      step: "equals",
      bytes: mtuBytes - header - gre,
      text: "left for the ESP packet",
      source: "",
    });
  const constant = layersOf(header, e).filter(
    ({ kind, name }) => kind === "udp" || ["ESP header", "ESP IV", "ESP ICV"].includes(name),
  );
  lines.push(
    ip(
      "subtract",
      e.mode === "tunnel" || spec.order === "gre-over-ipsec" ? "IP header before ESP" : "the packet's own IP header",
    ),
    ...constant.map((layer): ArithmeticLine => ({
      step: "subtract",
      bytes: layer.bytes,
      text: layer.name,
      source: sourceOf(spec, layer),
    })),
  );
  const padded = plaintext - (e.mode === "transport" ? header : 0) + 2;
  lines.push(
    { step: "round", bytes: padded, text: "rounded down to what ESP pads to", source: "RFC 4303 section 2.4" },
    { step: "subtract", bytes: 2, text: "ESP trailer: pad length, next header", source: "RFC 4303 section 2" },
  );
  if (e.mode === "transport") lines.push(ip("add", "the IP header before ESP, counted in by transport mode"));
  lines.push({ step: "equals", bytes: plaintext, text: "ESP's plaintext mtu", source: "" });
  if (spec.order === "gre-over-ipsec")
    lines.push(ip("subtract", "IP header before GRE"), { step: "subtract", bytes: gre, ...greText(spec) });
  if (spec.order !== "ipsec-over-gre" && spec.order !== "ipsec")
    lines.push({ step: "equals", bytes: tunnelIpMtuBytes, text: "ip mtu of the tunnel", source: "" });
  return lines;
}

/** How the outer packet follows from the inner one, layer by layer from the outside in. No line without a packet. */
export function explainPacket(spec: PacketSpec): ArithmeticLine[] {
  const { outerPacketBytes } = predictPacket(spec);
  if (outerPacketBytes === null || spec.innerBytes === undefined) return [];
  const layers = layersOf(spec.innerBytes, encapsulationOf(spec));
  return [
    ...layers.map((layer, index): ArithmeticLine => ({
      step: index === 0 ? "start" : "add",
      bytes: layer.bytes,
      text: layer.name,
      source: sourceOf(spec, layer),
    })),
    { step: "equals", bytes: outerPacketBytes, text: "outer IP packet", source: "" },
  ];
}

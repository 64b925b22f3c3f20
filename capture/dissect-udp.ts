/** UDP (RFC 768), and on its ports 500 and 4500 IKE, ESP and NAT keepalives (RFC 3948). */
import type { ByteWindow } from "./byte-window.ts";
import { malformed, type Malformed } from "./malformed.ts";
import type { Esp, Ike, NatKeepalive, Udp, UdpPorts } from "./packet.ts";

const udpHeaderBytes = 8;
const espHeaderBytes = 8;
const ikeHeaderBytes = 28;
const nonEspMarkerBytes = 4;
const ikePort = 500;
const natTraversalPort = 4500;

/** Reads a UDP datagram; behind a NAT one of the two ports is enough to know IKE and ESP by. */
export function dissectUdp(datagram: ByteWindow): Udp | Esp | Ike | NatKeepalive | Malformed {
  const problem = datagram.lacks(udpHeaderBytes, "udp", "a UDP header");
  if (problem) return problem;
  const ports = { sourcePort: datagram.uint16(0), destinationPort: datagram.uint16(2) };
  const lengthBytes = datagram.uint16(4);
  if (lengthBytes < udpHeaderBytes) {
    return malformed("udp", "invalid", `length ${lengthBytes} is less than the header's ${udpHeaderBytes} bytes`);
  }
  if (lengthBytes > datagram.length && !datagram.isCut) {
    return malformed("udp", "invalid", `length ${lengthBytes}, only ${datagram.length} bytes are there`);
  }
  const payload = datagram.slice(udpHeaderBytes, lengthBytes);
  if (uses(ports, natTraversalPort)) return dissectNatTraversal(payload, ports);
  if (uses(ports, ikePort)) return dissectIke(payload, ports, false);
  return { kind: "udp", ...ports, payload: payload.bytes };
}

/** Reads an ESP packet from its SPI on. SPI 0 never goes on the wire (RFC 4303 section 2.1). */
export function dissectEsp(packet: ByteWindow, udp: UdpPorts | null): Esp | Malformed {
  const problem = packet.lacks(espHeaderBytes, "esp", "an ESP header");
  if (problem) return problem;
  const spi = packet.uint32(0);
  if (spi === 0) return malformed("esp", "invalid", "SPI 0 is not for the wire");
  return { kind: "esp", spi, sequence: packet.uint32(4), udp, sealed: packet.bytes.subarray(espHeaderBytes) };
}

/** Four zero bytes where ESP has its SPI mark IKE; a lone 0xff is a keepalive (RFC 3948 section 2). */
function dissectNatTraversal(payload: ByteWindow, ports: UdpPorts): Esp | Ike | NatKeepalive | Malformed {
  if (payload.length === 1 && !payload.isCut && payload.uint8(0) === 0xff) return { kind: "nat-keepalive", udp: ports };
  const problem = payload.lacks(nonEspMarkerBytes, "udp", "ESP or IKE on port 4500");
  if (problem) return problem;
  if (payload.uint32(0) === 0) return dissectIke(payload.from(nonEspMarkerBytes), ports, true);
  return dissectEsp(payload, ports);
}

function dissectIke(message: ByteWindow, udp: UdpPorts, natTraversal: boolean): Ike | Malformed {
  const problem = message.lacks(ikeHeaderBytes, "ike", "an IKE header");
  if (problem) return problem;
  return {
    kind: "ike",
    udp,
    natTraversal,
    majorVersion: message.uint8(17) >> 4,
    exchangeType: message.uint8(18),
  };
}

function uses(ports: UdpPorts, port: number): boolean {
  return ports.sourcePort === port || ports.destinationPort === port;
}

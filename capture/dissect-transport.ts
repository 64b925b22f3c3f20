/** GRE (RFC 2784, RFC 2890) and TCP (RFC 9293). */
import type { ByteWindow } from "./byte-window.ts";
import { malformed, type Malformed } from "./malformed.ts";
import type { Gre, Tcp } from "./packet.ts";

const greFlags = { checksum: 0x8000, routing: 0x4000, key: 0x2000, sequence: 0x1000, version: 0x0007 } as const;
const tcpOptions = { end: 0, noOperation: 1, maximumSegmentSize: 2 } as const;
const shortestTcpHeaderBytes = 20;

/** Reads a GRE header of version 0. */
export function dissectGre(packet: ByteWindow): Gre | Malformed {
  const problem = packet.lacks(4, "gre", "a GRE header");
  if (problem) return problem;
  const flags = packet.uint16(0);
  const version = flags & greFlags.version;
  if (version !== 0) return malformed("gre", "invalid", `GRE version ${version} is not read`);
  if (flags & greFlags.routing) return malformed("gre", "invalid", "GRE with source routes (RFC 1701) is not read");
  const hasChecksum = (flags & greFlags.checksum) !== 0;
  const hasKey = (flags & greFlags.key) !== 0;
  const hasSequence = (flags & greFlags.sequence) !== 0;
  const keyAt = hasChecksum ? 8 : 4;
  const sequenceAt = hasKey ? keyAt + 4 : keyAt;
  const headerBytes = hasSequence ? sequenceAt + 4 : sequenceAt;
  const missing = packet.lacks(headerBytes, "gre", "the GRE header with its optional fields");
  if (missing) return missing;
  return {
    kind: "gre",
    headerBytes,
    hasChecksum,
    key: hasKey ? packet.uint32(keyAt) : null,
    sequence: hasSequence ? packet.uint32(sequenceAt) : null,
    protocolType: packet.uint16(2),
    passenger: packet.from(headerBytes),
  };
}

/** Reads a TCP header; options that contradict their own lengths make it malformed. */
export function dissectTcp(segment: ByteWindow): Tcp | Malformed {
  const problem = segment.lacks(shortestTcpHeaderBytes, "tcp", "a TCP header");
  if (problem) return problem;
  const headerBytes = (segment.uint8(12) >> 4) * 4;
  if (headerBytes < shortestTcpHeaderBytes) {
    return malformed("tcp", "invalid", `a header of ${headerBytes} bytes is shorter than ${shortestTcpHeaderBytes}`);
  }
  const missing = segment.lacks(headerBytes, "tcp", "the TCP header with its options");
  if (missing) return missing;
  const mssBytes = readMss(segment.slice(shortestTcpHeaderBytes, headerBytes));
  if (mssBytes !== null && typeof mssBytes === "object") return mssBytes;
  const flags = segment.uint8(13);
  return {
    kind: "tcp",
    sourcePort: segment.uint16(0),
    destinationPort: segment.uint16(2),
    sequence: segment.uint32(4),
    acknowledgement: segment.uint32(8),
    headerBytes,
    flags: {
      fin: (flags & 0x01) !== 0,
      syn: (flags & 0x02) !== 0,
      rst: (flags & 0x04) !== 0,
      psh: (flags & 0x08) !== 0,
      ack: (flags & 0x10) !== 0,
      urg: (flags & 0x20) !== 0,
      ece: (flags & 0x40) !== 0,
      cwr: (flags & 0x80) !== 0,
    },
    windowSize: segment.uint16(14),
    mssBytes,
  };
}

function readMss(options: ByteWindow): number | null | Malformed {
  let offset = 0;
  while (offset < options.length) {
    const kind = options.uint8(offset);
    if (kind === tcpOptions.end) return null;
    if (kind === tcpOptions.noOperation) {
      offset += 1;
      continue;
    }
    const lengthBytes = offset + 1 < options.length ? options.uint8(offset + 1) : 0;
    if (lengthBytes < 2 || offset + lengthBytes > options.length) {
      return malformed("tcp", "invalid", `option ${kind} does not end within the header`);
    }
    if (kind === tcpOptions.maximumSegmentSize) {
      return lengthBytes === 4
        ? options.uint16(offset + 2)
        : malformed("tcp", "invalid", `a maximum segment size option of ${lengthBytes} bytes instead of 4`);
    }
    offset += lengthBytes;
  }
  return null;
}

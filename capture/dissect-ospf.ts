/** OSPFv2 (RFC 2328 appendix A.3). */
import type { ByteWindow } from "./byte-window.ts";
import { malformed, type Malformed } from "./malformed.ts";
import type { Ospf } from "./packet.ts";

const headerBytes = 24;
const helloBytes = 20;
const helloType = 1;

/** Reads the header, and a hello to its end. */
export function dissectOspf(packet: ByteWindow): Ospf | Malformed {
  const problem = packet.lacks(headerBytes, "ospf", "an OSPF header");
  if (problem) return problem;
  const version = packet.uint8(0);
  if (version !== 2) return malformed("ospf", "invalid", `OSPF version ${version} over IPv4`);
  const type = packet.uint8(1);
  const header = { kind: "ospf", type, routerId: packet.ipv4Address(4), areaId: packet.ipv4Address(8) } as const;
  if (type !== helloType) return { ...header, hello: null };
  const lengthBytes = packet.uint16(2);
  const hello = packet.slice(headerBytes, Math.max(headerBytes, lengthBytes));
  const missing = hello.lacks(helloBytes, "ospf", "a hello");
  if (missing) return missing;
  const neighborCount = Math.floor((hello.length - helloBytes) / 4);
  return {
    ...header,
    hello: {
      networkMask: hello.ipv4Address(0),
      helloIntervalSeconds: hello.uint16(4),
      deadIntervalSeconds: hello.uint32(8),
      neighbors: Array.from({ length: neighborCount }, (_, index) => hello.ipv4Address(helloBytes + index * 4)),
    },
  };
}

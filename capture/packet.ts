/** A captured packet, layer by layer. All sizes are bytes; unless said otherwise, of the IP packet and not of the frame. */
import type { ByteWindow } from "./byte-window.ts";
import type { Malformed } from "./malformed.ts";

/** Who a packet was for, as a capture on a cooked device (`tcpdump -i any`) says it. */
export type SllPacketType = "to-us" | "broadcast" | "multicast" | "to-others" | "sent-by-us" | "unknown";

/** What stood before the IP packet. */
export type LinkHeader =
  | {
      readonly kind: "ethernet";
      readonly destination: string;
      readonly source: string;
      /** VLAN ids of the 802.1Q and 802.1ad tags, the outer one first; empty without a tag. */
      readonly vlanIds: readonly number[];
    }
  | { readonly kind: "linux-sll"; readonly packetType: SllPacketType }
  | {
      readonly kind: "linux-sll2";
      readonly packetType: SllPacketType;
      /** The kernel's interface number. */
      readonly interfaceNumber: number;
    }
  | { readonly kind: "raw-ip" };

/** A whole captured packet. */
export interface Frame {
  /** `null` when it could not be read. */
  readonly link: LinkHeader | null;
  readonly network: IpPacket | NotIp | Malformed;
}

/** A packet of either version. */
export type IpPacket = Ipv4Packet | Ipv6Packet;

/** Something else than IP: ARP (0x0806), LLDP (0x88cc), … */
export interface NotIp {
  readonly kind: "not-ip";
  /** `null` for an 802.3 frame with a length in the type's place. */
  readonly etherType: number | null;
}

/** An IPv4 header (RFC 791) and what it carries. */
export interface Ipv4Packet {
  readonly kind: "ipv4";
  readonly source: string;
  readonly destination: string;
  readonly headerBytes: number;
  /** The header's total length: what `ip mtu` limits. */
  readonly totalBytes: number;
  readonly identification: number;
  readonly dontFragment: boolean;
  readonly moreFragments: boolean;
  readonly fragmentOffsetBytes: number;
  readonly timeToLive: number;
  /** 1 ICMP, 6 TCP, 17 UDP, 47 GRE, 50 ESP, 89 OSPF. */
  readonly protocol: number;
  /** Behind the header, as far as it was captured; of a fragment, its part. */
  readonly body: Uint8Array;
  readonly payload: Payload;
}

/** An IPv6 header and its extension headers (RFC 8200), and what they carry. */
export interface Ipv6Packet {
  readonly kind: "ipv6";
  /** As RFC 5952 writes it: `2001:db8::1`. */
  readonly source: string;
  readonly destination: string;
  /** The fixed 40 bytes and the extension headers, a fragment header among them. */
  readonly headerBytes: number;
  /** Payload length and 40: what a link's MTU limits. */
  readonly totalBytes: number;
  /** Identification of the packet that this is a fragment of; `null` without a fragment header. */
  readonly identification: number | null;
  readonly moreFragments: boolean;
  readonly fragmentOffsetBytes: number;
  readonly hopLimit: number;
  /** Of the header behind the last extension header: 6 TCP, 17 UDP, 58 ICMPv6. */
  readonly protocol: number;
  /** Behind the headers, as far as it was captured; of a fragment, its part. */
  readonly body: Uint8Array;
  readonly payload: Payload;
}

/** What an IP packet carries. The first fragment of a packet is read as far as it goes. */
export type Payload =
  | Icmp
  | Icmpv6
  | Udp
  | Tcp
  | Esp
  | Ike
  | NatKeepalive
  | Gre
  | Ospf
  /** A fragment other than the first: no header of the next layer is in it. */
  | { readonly kind: "later-fragment" }
  | { readonly kind: "other" }
  | Malformed;

/** ICMP (RFC 792). */
export interface Icmp {
  readonly kind: "icmp";
  readonly type: number;
  readonly code: number;
  /** Type 3 code 4 only (RFC 1191); 0 from a router that does not tell. `null` in all other messages. */
  readonly nextHopMtuBytes: number | null;
  /** Identifier and sequence of an echo request or reply. */
  readonly echo: { readonly identifier: number; readonly sequence: number } | null;
  /** The packet that an error message quotes; usually its header and 8 bytes more, so its payload may be `malformed` by `cut`. */
  readonly quoted: Ipv4Packet | Malformed | null;
}

/** ICMPv6 (RFC 4443). */
export interface Icmpv6 {
  readonly kind: "icmpv6";
  /** 1 unreachable, 2 packet too big, 3 time exceeded, 128 and 129 echo, 133 to 137 neighbor discovery. */
  readonly type: number;
  readonly code: number;
  /** Packet too big only; `null` in all other messages. */
  readonly mtuBytes: number | null;
  /** Identifier and sequence of an echo request or reply. */
  readonly echo: { readonly identifier: number; readonly sequence: number } | null;
  /** The packet that an error message quotes, as much of it as fits into 1280 bytes. */
  readonly quoted: Ipv6Packet | Malformed | null;
}

/** A UDP datagram of no port known here. */
export interface Udp {
  readonly kind: "udp";
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly payload: Uint8Array;
}

/** The ports around ESP or IKE. */
export interface UdpPorts {
  readonly sourcePort: number;
  readonly destinationPort: number;
}

/** ESP (RFC 4303). */
export interface Esp {
  readonly kind: "esp";
  readonly spi: number;
  readonly sequence: number;
  /** The ports when ESP travels in UDP port 4500 (RFC 3948), `null` when it is IP protocol 50. */
  readonly udp: UdpPorts | null;
  /** From the initialization vector to the integrity check value: what a decrypt function is handed. Short when the capture was. */
  readonly sealed: Uint8Array;
}

/** An IKE message on UDP port 500, or on 4500 behind the non-ESP marker. */
export interface Ike {
  readonly kind: "ike";
  readonly udp: UdpPorts;
  readonly natTraversal: boolean;
  /** 1 or 2. */
  readonly majorVersion: number;
  /** 34 IKE_SA_INIT, 35 IKE_AUTH, 36 CREATE_CHILD_SA, 37 INFORMATIONAL; 2, 5, 32 in version 1. */
  readonly exchangeType: number;
}

/** The single byte 0xff on UDP port 4500 that keeps a NAT's mapping (RFC 3948 section 2.3); not a DPD, not a GRE keepalive. */
export interface NatKeepalive {
  readonly kind: "nat-keepalive";
  readonly udp: UdpPorts;
}

/** GRE (RFC 2784, RFC 2890); a header with source routes or of version 1 (PPTP) is `malformed`. */
export interface Gre {
  readonly kind: "gre";
  readonly headerBytes: number;
  readonly hasChecksum: boolean;
  readonly key: number | null;
  readonly sequence: number | null;
  /** EtherType of the passenger: 0x0800 IPv4, 0x86dd IPv6, 0 in the answer to a keepalive. */
  readonly protocolType: number;
  /** What GRE carries; `dissectByEtherType` reads it. */
  readonly passenger: ByteWindow;
}

/** OSPFv2 (RFC 2328 appendix A.3). */
export interface Ospf {
  readonly kind: "ospf";
  /** 1 hello, 2 database description, 3 link state request, 4 update, 5 acknowledgment. */
  readonly type: number;
  readonly routerId: string;
  readonly areaId: string;
  /** `null` for the other types. */
  readonly hello: OspfHello | null;
}

/** RFC 2328 appendix A.3.2. */
export interface OspfHello {
  readonly networkMask: string;
  readonly helloIntervalSeconds: number;
  readonly deadIntervalSeconds: number;
  /** Router ids that were heard. */
  readonly neighbors: readonly string[];
}

/** TCP (RFC 9293), its header only. */
export interface Tcp {
  readonly kind: "tcp";
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly sequence: number;
  readonly acknowledgement: number;
  readonly headerBytes: number;
  readonly flags: TcpFlags;
  readonly windowSize: number;
  /** The maximum segment size option, sent with SYN; `null` without it. */
  readonly mssBytes: number | null;
}

/** The flags by their names in the header. */
export interface TcpFlags {
  readonly fin: boolean;
  readonly syn: boolean;
  readonly rst: boolean;
  readonly psh: boolean;
  readonly ack: boolean;
  readonly urg: boolean;
  readonly ece: boolean;
  readonly cwr: boolean;
}

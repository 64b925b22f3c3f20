/** What `show crypto ipsec sa` tells, of whatever era. */

/** What one side of a flow is: `(10.0.0.0/255.255.255.0/47/0)`. */
export interface ProxyIdentity {
  readonly address: string;
  /** Dotted mask, or a prefix length for IPv6, as printed. */
  readonly mask: string;
  /** 0 is any, 47 is GRE. */
  readonly protocol: number;
  readonly port: number;
}

/** One ESP SA of a flow. */
export interface EspSa {
  /** `0x` and eight hexadecimal digits, upper case. */
  readonly spi: string;
  /** `esp-256-aes`, `esp-sha256-hmac`. */
  readonly transforms: readonly string[];
  readonly mode: "transport" | "tunnel" | null;
  /** ESP in UDP. */
  readonly udpEncapsulated: boolean;
  readonly extendedSequenceNumbers: boolean;
  /** `null` where rekeying by volume is off. */
  readonly kilobytesLeft: number | null;
  readonly secondsLeft: number | null;
  readonly ivBytes: number | null;
  readonly replayDetection: boolean | null;
  /** `ACTIVE`, `STANDBY`, `ACTIVE(ACTIVE)` gives `ACTIVE`; 12.2 prints none. */
  readonly status: string | null;
}

/** One flow of an interface: a pair of identities and the SAs that serve it. */
export interface IpsecFlow {
  readonly interfaceName: string;
  /** `Tunnel0-head-0` is tunnel protection's own map. */
  readonly cryptoMap: string | null;
  readonly localAddress: string | null;
  readonly localIdentity: ProxyIdentity | null;
  readonly remoteIdentity: ProxyIdentity | null;
  readonly peer: string | null;
  readonly peerPort: number | null;
  readonly packets: {
    readonly encapsulated: number | null;
    readonly encrypted: number | null;
    readonly decapsulated: number | null;
    readonly decrypted: number | null;
    readonly sendErrors: number | null;
    readonly receiveErrors: number | null;
  };
  readonly localEndpoint: string | null;
  readonly remoteEndpoint: string | null;
  /** The largest packet that leaves whole after encryption; printed since 15.x. */
  readonly plaintextMtuBytes: number | null;
  readonly pathMtuBytes: number | null;
  /** Of the outgoing interface, not of the tunnel: that is in `show ip interface`. 12.2 calls it media mtu. */
  readonly outgoingIpMtuBytes: number | null;
  readonly outgoingInterface: string | null;
  readonly outboundSpi: string | null;
  readonly perfectForwardSecrecy: boolean | null;
  readonly inboundEsp: readonly EspSa[];
  readonly outboundEsp: readonly EspSa[];
}

/** What `show crypto ipsec sa [detail]` says. */
export interface IpsecSas {
  readonly kind: "ipsec-sas";
  readonly flows: readonly IpsecFlow[];
}

/**
 * The life of one packet: host, router, tunnel, transit, peer, host; what is cut, wrapped, dropped, told and learned on the way.
 * Pure: a packet and what was learned go in, events and what is known now come out. Two worlds are told apart: `ios` as Cisco
 * document 25885 tells it, `linux` as the kernel does it (net/ipv4/ip_tunnel.c `tnl_update_pmtu`, net/ipv4/ip_forward.c; measured
 * on 6.1). All sizes are bytes of IP packets over IPv4.
 */
import { fragmentsOf, reassembledBytes, type Fragment } from "./fragments.ts";
import {
  espPlaintextMtuBytes,
  greHeaderBytes,
  ipHeaderBytesOf,
  largestInnerBytes,
  layersOf,
  wireBytes,
  type Encapsulation,
  type Layer,
} from "./overhead.ts";

/** Where it happens: the hosts `h1` and `h2`, the routers `r1` and `r2`, the transits `isp1`, `isp2`, … between them. */
export type Place = string;

/** A tunnel on its way, and how its DF bit is set. */
export interface PacketRoad {
  readonly platform: "linux" | "ios";
  readonly encapsulation: Encapsulation & {
    readonly order: "gre-over-ipsec" | "gre" | "ipsec";
    readonly outerFamily: "ipv4";
  };
  /** `ip mtu` of the tunnel. @default - the first link less GRE's headers */
  readonly ipMtuBytes?: number;
  /**
   * The outer DF bit. `clear`: no `tunnel path-mtu-discovery`, Linux `nopmtudisc ignore-df`. `copy`: with it, Linux `nopmtudisc`.
   * `set`: Linux's default `pmtudisc`; IOS has no such setting and takes it as `copy`.
   */
  readonly outerDf: "clear" | "copy" | "set";
  /** The links between the routers, in order: r1 to isp1, isp1 to r2 or isp2, … */
  readonly linkMtusBytes: readonly [number, ...number[]];
  /** The links of the hosts. @default 1500 */
  readonly hostLinkMtuBytes?: number;
}

/** What is known from earlier packets; nothing at first. Everything in it is forgotten after ten minutes. */
export interface LearnedMtus {
  /** Of h1, to h2. */
  readonly hostBytes: number | null;
  /** IOS: the tunnel's, for packets with DF alone. */
  readonly tunnelBytes: number | null;
  /** To the peer's outer address: of the SA on IOS, of the route on Linux. */
  readonly outerBytes: number | null;
}

/** Nothing was learned yet. */
export const nothingLearned: LearnedMtus = { hostBytes: null, tunnelBytes: null, outerBytes: null };

interface Happening {
  readonly at: Place;
  /** RFC, vendor document or kernel source that says so. */
  readonly source: string;
}

/** One thing that happens to a packet. */
export type PacketEvent = Happening &
  (
    | { readonly kind: "sent"; readonly bytes: number; readonly df: boolean }
    /** The sender's own kernel knows that it does not fit. */
    | { readonly kind: "refused"; readonly bytes: number; readonly mtuBytes: number }
    | {
        readonly kind: "fragmented";
        readonly what: "inner" | "outer";
        readonly bytes: number;
        readonly into: readonly Fragment[];
      }
    | {
        readonly kind: "encapsulated";
        readonly innerBytes: number;
        readonly bytes: number;
        readonly df: boolean;
        readonly layers: readonly Layer[];
      }
    | { readonly kind: "dropped"; readonly bytes: number; readonly mtuBytes: number; readonly told: boolean }
    /** ICMP type 3 code 4. */
    | { readonly kind: "icmp"; readonly to: Place; readonly nextHopMtuBytes: number }
    | {
        readonly kind: "learned";
        readonly what: keyof LearnedMtus;
        readonly wasBytes: number | null;
        readonly isBytes: number;
        readonly ageSeconds: number;
      }
    | {
        readonly kind: "reassembled";
        readonly what: "inner" | "outer";
        readonly bytes: number;
        readonly fragmentCount: number;
      }
    | { readonly kind: "delivered"; readonly bytes: number }
  );

/** What became of a packet. */
export interface PacketLife {
  readonly events: readonly PacketEvent[];
  readonly learned: LearnedMtus;
  readonly delivered: boolean;
}

const sources = {
  fragment: "RFC 791 section 3.2",
  tooBig: "RFC 1191 section 4",
  host: "RFC 1191 section 6.3",
  gre: "RFC 2784",
  esp: "RFC 4303",
  ios: "Cisco document 25885",
  linuxTunnel: "Linux net/ipv4/ip_tunnel.c tnl_update_pmtu",
  linuxRoute: "Linux net/ipv4/route.c ip_rt_update_pmtu",
} as const;

/** Both worlds forget after ten minutes (RFC 1191 section 6.3; `tunnel path-mtu-discovery` ager; ip_rt_mtu_expires). */
const ageSeconds = 600;

/**
 * Sends one packet from h1 to h2.
 *
 * @example
 * ```ts
 * const { events, learned } = sendPacket(road, { bytes: 1500, df: true });
 * sendPacket(road, { bytes: learned.hostBytes ?? 1500, df: true }, learned).delivered; // true
 * ```
 */
export function sendPacket(
  road: PacketRoad,
  packet: { readonly bytes: number; readonly df: boolean },
  learned: LearnedMtus = nothingLearned,
): PacketLife {
  const journey = new Journey(road, packet.df, learned);
  const pieces = journey.leaveHost(packet.bytes).flatMap((piece) => journey.enterTunnel(piece));
  const arrived = pieces
    .filter((piece) => journey.crossTransit(piece))
    .flatMap(({ inner }) => journey.leaveTunnel(inner));
  return journey.arrive(packet.bytes, arrived);
}

/** Sends as a host with path MTU discovery does: what was answered with an MTU is sent again that large, until it arrives or 20 were sent. */
export function sendUntilDelivered(
  road: PacketRoad,
  bytes: number,
  learned: LearnedMtus = nothingLearned,
): PacketLife[] {
  const lives: PacketLife[] = [];
  let known = learned;
  for (let size = bytes; lives.length < 20; size = Math.min(bytes, known.hostBytes ?? bytes)) {
    const life = sendPacket(road, { bytes: size, df: true }, known);
    lives.push(life);
    known = life.learned;
    if (life.delivered) break;
  }
  return lives;
}

/** A packet in its outer headers. */
interface OuterPacket {
  readonly inner: Fragment;
  readonly bytes: number;
  readonly df: boolean;
}

class Journey {
  readonly #road: PacketRoad;
  readonly #df: boolean;
  readonly #events: PacketEvent[] = [];
  #learned: LearnedMtus;

  constructor(road: PacketRoad, df: boolean, learned: LearnedMtus) {
    this.#road = road;
    this.#df = df;
    this.#learned = learned;
  }

  leaveHost(bytes: number): Fragment[] {
    const mtuBytes = Math.min(this.#hostLink, this.#learned.hostBytes ?? this.#hostLink);
    if (this.#df && bytes > mtuBytes) {
      this.#tell({ kind: "refused", at: "h1", source: sources.host, bytes, mtuBytes });
      return [];
    }
    this.#tell({ kind: "sent", at: "h1", source: "", bytes, df: this.#df });
    return this.#cut("h1", "inner", { bytes, offsetBytes: 0, more: false }, mtuBytes);
  }

  /** The tunnel interface and what is behind it, until the outer packet leaves r1. */
  enterTunnel(piece: Fragment): OuterPacket[] {
    const { encapsulation: e, platform } = this.#road;
    if (e.order === "ipsec") return this.#throughIpsec(piece);
    const own = this.#interfaceMtu;
    const dynamic = platform === "ios" && this.#copiesDf ? Math.min(own, this.#learned.tunnelBytes ?? own) : own;
    if (this.#df && piece.bytes > dynamic) {
      this.#refuse("r1", piece.bytes, dynamic, platform === "ios" ? sources.ios : sources.tooBig);
      return [];
    }
    return this.#cut("r1", "inner", piece, own).flatMap((part) => this.#throughGre(part));
  }

  /** Every link behind the first; false when the packet is lost. */
  crossTransit({ bytes, df }: OuterPacket): boolean {
    const [own, ...links] = this.#road.linkMtusBytes;
    const outer = { bytes, offsetBytes: 0, more: false };
    // A Linux router cuts to what it learned of the way.
    const leaving = this.#road.platform === "linux" ? Math.min(own, this.#learned.outerBytes ?? own) : own;
    let fragments = df ? [outer] : this.#cut("r1", "outer", outer, leaving);
    for (const [index, mtuBytes] of links.entries()) {
      const at = `isp${index + 1}`;
      const tooBig = fragments.find((fragment) => fragment.bytes > mtuBytes);
      if (df && tooBig) {
        this.#tell({ kind: "dropped", at, source: sources.tooBig, bytes: tooBig.bytes, mtuBytes, told: false });
        this.#tell({ kind: "icmp", at, source: sources.tooBig, to: "r1", nextHopMtuBytes: mtuBytes });
        this.#learnOuter(mtuBytes);
        return false;
      }
      fragments = fragments.flatMap((fragment) => this.#cut(at, "outer", fragment, mtuBytes));
    }
    if (fragments.length > 1)
      this.#tell({
        kind: "reassembled",
        at: "r2",
        source: sources.fragment,
        what: "outer",
        bytes: reassembledBytes(fragments),
        fragmentCount: fragments.length,
      });
    return true;
  }

  leaveTunnel(piece: Fragment): Fragment[] {
    if (this.#df && piece.bytes > this.#hostLink) {
      this.#refuse("r2", piece.bytes, this.#hostLink, sources.tooBig);
      return [];
    }
    return this.#cut("r2", "inner", piece, this.#hostLink);
  }

  arrive(bytes: number, pieces: readonly Fragment[]): PacketLife {
    const arrivedBytes = pieces.reduce(
      (sum, piece) => sum + piece.bytes - ipHeaderBytesOf("ipv4"),
      ipHeaderBytesOf("ipv4"),
    );
    const delivered = pieces.length > 0 && arrivedBytes === bytes;
    if (delivered && pieces.length > 1)
      this.#tell({
        kind: "reassembled",
        at: "h2",
        source: sources.fragment,
        what: "inner",
        bytes: reassembledBytes(pieces),
        fragmentCount: pieces.length,
      });
    if (delivered) this.#tell({ kind: "delivered", at: "h2", source: "", bytes });
    return { events: this.#events, learned: this.#learned, delivered };
  }

  get #hostLink(): number {
    return this.#road.hostLinkMtuBytes ?? 1500;
  }

  get #greBytes(): number {
    return ipHeaderBytesOf("ipv4") + greHeaderBytes(this.#road.encapsulation.gre);
  }

  get #interfaceMtu(): number {
    return this.#road.ipMtuBytes ?? this.#road.linkMtusBytes[0] - this.#greBytes;
  }

  get #copiesDf(): boolean {
    return this.#road.outerDf === "copy" || (this.#road.platform === "ios" && this.#road.outerDf === "set");
  }

  /** What r1 knows of the way to the peer. */
  get #outerMtu(): number {
    return Math.min(this.#road.linkMtusBytes[0], this.#learned.outerBytes ?? Infinity);
  }

  #throughGre(piece: Fragment): OuterPacket[] {
    const { encapsulation: e, platform } = this.#road;
    const df = this.#road.outerDf === "set" && !this.#copiesDf ? true : this.#copiesDf && this.#df;
    const fits = largestInnerBytes(this.#outerMtu, e);
    if (df && piece.bytes > fits) {
      if (platform === "ios") this.#dropInIpsec(piece, fits);
      else if (this.#df) this.#refuse("r1", piece.bytes, fits, sources.linuxTunnel);
      else this.#dropSilently(piece, fits);
      return [];
    }
    return [this.#encapsulate(piece, df)];
  }

  /** ESP in tunnel mode copies the inner DF bit (RFC 4301 section 8.1). */
  #throughIpsec(piece: Fragment): OuterPacket[] {
    const fits = largestInnerBytes(this.#outerMtu, this.#road.encapsulation);
    if (this.#df && piece.bytes > fits) {
      this.#refuse("r1", piece.bytes, fits, "RFC 4301 section 8.2.1");
      return [];
    }
    return [this.#encapsulate(piece, this.#df)];
  }

  #encapsulate(inner: Fragment, df: boolean): OuterPacket {
    const { encapsulation: e } = this.#road;
    const bytes = wireBytes(inner.bytes, e);
    this.#tell({
      kind: "encapsulated",
      at: "r1",
      source: e.order === "gre" ? sources.gre : sources.esp,
      innerBytes: inner.bytes,
      bytes,
      df,
      layers: layersOf(inner.bytes, e),
    });
    return { inner, bytes, df };
  }

  /** IOS: IPsec drops what GRE made, and tells GRE, not the host. */
  #dropInIpsec(piece: Fragment, fits: number): void {
    const plaintext = espPlaintextMtuBytes(this.#outerMtu, this.#road.encapsulation);
    const bytes = wireBytes(piece.bytes, this.#road.encapsulation);
    this.#tell({ kind: "dropped", at: "r1", source: sources.ios, bytes, mtuBytes: this.#outerMtu, told: false });
    if (plaintext !== null)
      this.#tell({ kind: "icmp", at: "r1", source: sources.ios, to: "r1", nextHopMtuBytes: plaintext });
    this.#learn("tunnelBytes", fits, sources.ios);
  }

  #dropSilently(piece: Fragment, fits: number): void {
    this.#tell({
      kind: "dropped",
      at: "r1",
      source: sources.linuxTunnel,
      bytes: piece.bytes,
      mtuBytes: fits,
      told: false,
    });
  }

  /** Dropped, and the host is told which size fits. */
  #refuse(at: Place, bytes: number, mtuBytes: number, source: string): void {
    this.#tell({ kind: "dropped", at, source, bytes, mtuBytes, told: true });
    this.#tell({ kind: "icmp", at, source: sources.tooBig, to: "h1", nextHopMtuBytes: mtuBytes });
    this.#learn("hostBytes", mtuBytes, sources.host, "h1");
  }

  #learnOuter(mtuBytes: number): void {
    const { platform, encapsulation: e } = this.#road;
    if (platform === "ios" && e.order === "gre")
      this.#learn("tunnelBytes", largestInnerBytes(mtuBytes, e), sources.ios);
    else this.#learn("outerBytes", mtuBytes, platform === "ios" ? sources.ios : sources.linuxRoute);
  }

  #learn(what: keyof LearnedMtus, isBytes: number, source: string, at: Place = "r1"): void {
    const wasBytes = this.#learned[what];
    if (wasBytes !== null && wasBytes <= isBytes) return;
    this.#learned = { ...this.#learned, [what]: isBytes };
    this.#tell({ kind: "learned", at, source, what, wasBytes, isBytes, ageSeconds });
  }

  /** The fragments of a fragment keep their place in the whole. */
  #cut(at: Place, what: "inner" | "outer", piece: Fragment, mtuBytes: number): Fragment[] {
    const into = fragmentsOf(piece.bytes, mtuBytes).map((fragment) => ({
      bytes: fragment.bytes,
      offsetBytes: piece.offsetBytes + fragment.offsetBytes,
      more: fragment.more || piece.more,
    }));
    if (into.length > 1)
      this.#tell({ kind: "fragmented", at, source: sources.fragment, what, bytes: piece.bytes, into });
    return into;
  }

  #tell(event: PacketEvent): void {
    this.#events.push(event);
  }
}

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
  type Layer,
} from "./overhead.ts";
import {
  nothingLearned,
  type CutPacket,
  type LearnedMtus,
  type PacketEvent,
  type PacketLife,
  type PacketRoad,
  type Place,
} from "./packet-event.ts";

const sources = {
  fragment: "RFC 791 section 3.2",
  tooBig: "RFC 1191 section 4",
  host: "RFC 1191 section 6.3",
  ipsecMtu: "RFC 4301 section 8.2.1",
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
  const carried = journey.leaveHost(packet.bytes).flatMap((piece) => journey.enterTunnel(piece));
  const arrived = carried
    .filter((each) => journey.crossTransit(each))
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

/** A piece of the host's packet, and what carries it outside: more than one where ESP was cut inside GRE. */
interface Carried {
  readonly inner: Fragment;
  readonly outers: readonly { readonly bytes: number; readonly df: boolean }[];
  /** The fragments of the ESP packet, with IPsec over GRE. */
  readonly espParts: readonly Fragment[];
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
    const pieces = this.#cut("h1", "inner", { bytes, offsetBytes: 0, more: false }, mtuBytes);
    this.#cross("h1", "r1", pieces);
    return pieces;
  }

  /** The tunnel interface and what is behind it, until the outer packet leaves r1. */
  enterTunnel(piece: Fragment): Carried[] {
    const { encapsulation: e, platform } = this.#road;
    if (e.order === "ipsec") return this.#throughIpsec(piece);
    if (e.order === "ipsec-over-gre") return this.#throughIpsecAndGre(piece);
    const own = this.#interfaceMtu;
    const dynamic = platform === "ios" && this.#copiesDf ? Math.min(own, this.#learned.tunnelBytes ?? own) : own;
    if (this.#df && piece.bytes > dynamic) {
      this.#refuse("r1", piece.bytes, dynamic, platform === "ios" ? sources.ios : sources.tooBig);
      return [];
    }
    return this.#cut("r1", "inner", piece, own).flatMap((part) => this.#throughGre(part));
  }

  /** Every link to the peer; false when the packet, or a part of it, is lost. */
  crossTransit({ outers, espParts }: Carried): boolean {
    const arrived = outers.filter((outer) => this.#crossLinks(outer)).length === outers.length;
    if (arrived && espParts.length > 1) this.#join("r2", "esp", espParts);
    return arrived;
  }

  leaveTunnel(piece: Fragment): Fragment[] {
    if (this.#df && piece.bytes > this.#hostLink) {
      this.#refuse("r2", piece.bytes, this.#hostLink, sources.tooBig);
      return [];
    }
    const pieces = this.#cut("r2", "inner", piece, this.#hostLink);
    this.#cross("r2", "h2", pieces);
    return pieces;
  }

  arrive(bytes: number, pieces: readonly Fragment[]): PacketLife {
    const arrivedBytes = pieces.reduce(
      (sum, piece) => sum + piece.bytes - ipHeaderBytesOf("ipv4"),
      ipHeaderBytesOf("ipv4"),
    );
    const delivered = pieces.length > 0 && arrivedBytes === bytes;
    if (delivered && pieces.length > 1) this.#join("h2", "inner", pieces);
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

  #throughGre(piece: Fragment): Carried[] {
    const { encapsulation: e, platform } = this.#road;
    const df = (this.#road.outerDf === "set" && !this.#copiesDf) || (this.#copiesDf && this.#df);
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
  #throughIpsec(piece: Fragment): Carried[] {
    const fits = largestInnerBytes(this.#outerMtu, this.#road.encapsulation);
    if (this.#df && piece.bytes > fits) {
      this.#refuse("r1", piece.bytes, fits, sources.ipsecMtu);
      return [];
    }
    return [this.#encapsulate(piece, this.#df)];
  }

  /** A crypto map on the tunnel interface: ESP first, then GRE, which cuts the ESP packet when it may. */
  #throughIpsecAndGre(piece: Fragment): Carried[] {
    const { encapsulation: e, outerDf } = this.#road;
    const device = Math.min(this.#interfaceMtu, this.#outerMtu - this.#greBytes);
    const fits = largestInnerBytes(device, { ...e, order: "ipsec" });
    if (this.#df && piece.bytes > fits) {
      this.#refuse("r1", piece.bytes, fits, sources.ipsecMtu);
      return [];
    }
    const df = this.#df && outerDf !== "clear";
    const espBytes = wireBytes(piece.bytes, e) - this.#greBytes;
    if (espBytes <= device) return [this.#encapsulate(piece, df)];
    const [, , ...espLayers] = layersOf(piece.bytes, e);
    this.#wrapped(sources.esp, piece.bytes, espBytes, false, espLayers);
    const espParts = this.#cut("r1", "esp", { bytes: espBytes, offsetBytes: 0, more: false }, device);
    const outers = espParts.map(({ bytes }) => {
      const layers = layersOf(bytes, { ...e, order: "gre" });
      this.#wrapped(sources.gre, bytes, bytes + this.#greBytes, false, layers);
      return { bytes: bytes + this.#greBytes, df: false };
    });
    return [{ inner: piece, outers, espParts }];
  }

  #encapsulate(inner: Fragment, df: boolean): Carried {
    const { encapsulation: e } = this.#road;
    const bytes = wireBytes(inner.bytes, e);
    this.#wrapped(e.order === "gre" ? sources.gre : sources.esp, inner.bytes, bytes, df, layersOf(inner.bytes, e));
    return { inner, outers: [{ bytes, df }], espParts: [] };
  }

  #wrapped(source: string, innerBytes: number, bytes: number, df: boolean, layers: readonly Layer[]): void {
    this.#tell({ kind: "encapsulated", at: "r1", source, innerBytes, bytes, df, layers });
  }

  #crossLinks({ bytes, df }: { readonly bytes: number; readonly df: boolean }): boolean {
    const [own, ...links] = this.#road.linkMtusBytes;
    const outer = { bytes, offsetBytes: 0, more: false };
    // A Linux router cuts to what it learned of the way.
    const leaving = this.#road.platform === "linux" ? Math.min(own, this.#learned.outerBytes ?? own) : own;
    let fragments = df ? [outer] : this.#cut("r1", "outer", outer, leaving);
    this.#cross("r1", links.length > 0 ? "isp1" : "r2", fragments);
    for (const [index, mtuBytes] of links.entries()) {
      const at = `isp${index + 1}`;
      const tooBig = fragments.find((fragment) => fragment.bytes > mtuBytes);
      if (df && tooBig) {
        this.#tell({ kind: "dropped", at, source: sources.tooBig, bytes: tooBig.bytes, mtuBytes, told: false });
        if (this.#road.filtersIcmp) return false;
        this.#tell({ kind: "icmp", at, source: sources.tooBig, to: "r1", nextHopMtuBytes: mtuBytes });
        this.#learnOuter(mtuBytes);
        return false;
      }
      fragments = fragments.flatMap((fragment) => this.#cut(at, "outer", fragment, mtuBytes));
      this.#cross(at, index + 1 < links.length ? `isp${index + 2}` : "r2", fragments);
    }
    if (fragments.length > 1) this.#join("r2", "outer", fragments);
    return true;
  }

  #cross(at: Place, to: Place, packets: readonly Fragment[]): void {
    this.#tell({ kind: "crossed", at, to, source: "", bytes: packets.map(({ bytes }) => bytes) });
  }

  #join(at: Place, what: CutPacket, parts: readonly Fragment[]): void {
    const bytes = reassembledBytes(parts);
    this.#tell({ kind: "reassembled", at, source: sources.fragment, what, bytes, fragmentCount: parts.length });
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
  #cut(at: Place, what: CutPacket, piece: Fragment, mtuBytes: number): Fragment[] {
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

/** What each link sees, in the order of the way: `r1 → isp1` and the sizes of its packets. */
export function sightingsOf(life: PacketLife): ReadonlyMap<string, readonly number[]> {
  const seen = new Map<string, number[]>();
  for (const event of life.events)
    if (event.kind === "crossed") {
      const link = `${event.at} → ${event.to}`;
      seen.set(link, [...(seen.get(link) ?? []), ...event.bytes]);
    }
  return seen;
}

/** A life in a line: `1500: r1 drops it and tells 1476`, `1442: isp1 drops it, h1 is not told`, `1500: r1 cuts 1476 + 44, delivered`. */
export function summaryOf({ bytes, life }: { readonly bytes: number; readonly life: PacketLife }): string {
  const words = life.events.flatMap((event): string[] => {
    switch (event.kind) {
      case "refused":
        return [`h1 knows that ${event.mtuBytes} fit`];
      case "fragmented":
        return [`${event.at} cuts ${event.into.map((each) => each.bytes).join(" + ")}`];
      case "dropped":
        return event.told ? [] : [`${event.at} drops it, h1 is not told`];
      case "icmp":
        return event.to === "h1" ? [`${event.at} drops it and tells ${event.nextHopMtuBytes}`] : [];
      case "reassembled":
        return [`${event.at} joins ${event.bytes}`];
      case "delivered":
        return ["delivered"];
      case "sent":
      case "encapsulated":
      case "crossed":
      case "learned":
        return [];
    }
  });
  return `${bytes}: ${words.join(", ")}`;
}

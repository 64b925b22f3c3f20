/** What happens to a packet on its way, as data. All sizes are bytes of IP packets. */
import type { Fragment } from "./fragments.ts";
import type { Encapsulation, Layer } from "./overhead.ts";

/** Where it happens: the hosts `h1` and `h2`, the routers `r1` and `r2`, the transits `isp1`, `isp2`, … between them. */
export type Place = string;

/** A tunnel on its way, and how its DF bit is set. */
export interface PacketRoad {
  readonly platform: "linux" | "ios";
  readonly encapsulation: Encapsulation & {
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
  /** The transits drop ICMP type 3 code 4, also their own. @default false */
  readonly filtersIcmp?: boolean;
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

/** What is cut: the host's packet, with IPsec over GRE the ESP packet, or what is on the wire. */
export type CutPacket = "inner" | "esp" | "outer";

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
        readonly what: CutPacket;
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
    /** On the link to the next place: one packet, or its fragments. */
    | { readonly kind: "crossed"; readonly to: Place; readonly bytes: readonly number[] }
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
        readonly what: CutPacket;
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

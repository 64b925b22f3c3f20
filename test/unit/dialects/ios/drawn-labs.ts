/** Declarations drawn by chance, as IOS could have them. */
import fc from "fast-check";
import type { LabDeclaration, TunnelDeclaration } from "../../../../model/declaration.ts";
import { soundLab } from "../../model/sound-lab.ts";

const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });

/** A record without its undefined fields: `exactOptionalPropertyTypes`. */
function given<T extends object>(record: { [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as T;
}

const keyBits = fc.constantFrom(128 as const, 192 as const, 256 as const);
const esp: fc.Arbitrary<NonNullable<TunnelDeclaration["esp"]>> = fc.oneof(
  fc.record({ encryption: fc.constant("aes-gcm-16" as const), keyBits }),
  fc.record({
    encryption: fc.constant("aes-cbc" as const),
    keyBits,
    integrity: fc.constantFrom(
      "md5-96" as const,
      "sha1-96" as const,
      "sha256-128" as const,
      "sha384-192" as const,
      "sha512-256" as const,
    ),
  }),
  fc.record({
    encryption: fc.constantFrom("3des-cbc" as const, "des-cbc" as const, "null" as const),
    integrity: fc.constantFrom("sha1-96" as const, "sha256-128" as const),
  }),
);
const ike: fc.Arbitrary<NonNullable<TunnelDeclaration["ike"]>> = fc.oneof(
  fc.record({
    encryption: fc.constant("aes-cbc" as const),
    keyBits,
    integrity: fc.constantFrom("md5" as const, "sha1" as const, "sha256" as const, "sha512" as const),
    dhGroup: fc.constantFrom(
      1 as const,
      2 as const,
      5 as const,
      14 as const,
      16 as const,
      19 as const,
      20 as const,
      21 as const,
    ),
  }),
  fc.record({
    encryption: fc.constantFrom("3des-cbc" as const, "des-cbc" as const),
    integrity: fc.constantFrom("sha1" as const, "sha384" as const),
    dhGroup: fc.constantFrom(2 as const, 14 as const),
  }),
);
const routing: fc.Arbitrary<NonNullable<TunnelDeclaration["routing"]>> = fc.oneof(
  fc
    .record({
      area: optional(fc.nat(4_294_967_295)),
      helloIntervalSeconds: optional(fc.integer({ min: 1, max: 100 })),
      deadIntervalSeconds: optional(fc.integer({ min: 101, max: 65_535 })),
      cost: optional(fc.integer({ min: 1, max: 65_535 })),
      bfd: optional(
        fc.record({ intervalMs: fc.integer({ min: 50, max: 9999 }), multiplier: fc.integer({ min: 3, max: 50 }) }),
      ),
    })
    .map((ospf) => ({
      protocol: "ospf" as const,
      ...given<Omit<Extract<NonNullable<TunnelDeclaration["routing"]>, { protocol: "ospf" }>, "protocol">>(ospf),
    })),
  fc
    .record({ distance: optional(fc.integer({ min: 2, max: 254 })) })
    .map((route) => ({ protocol: "static" as const, ...given<{ distance?: number }>(route) })),
  fc.constantFrom({ protocol: "eigrp" as const }, { protocol: "none" as const }),
);
const keepalive = optional(
  fc.record({ periodSeconds: fc.integer({ min: 1, max: 32_767 }), retryCount: fc.integer({ min: 1, max: 255 }) }),
);
const protection = optional(fc.constantFrom("tunnel-protection" as const, "crypto-map" as const));
const lifetime = optional(fc.integer({ min: 120, max: 86_400 }));

/** Labs of two routers that IOS has words for: every order, suite and option, back to back or with a provider between. */
export const drawnLabs: fc.Arbitrary<LabDeclaration> = fc
  .record({
    order: fc.constantFrom(
      "gre-over-ipsec" as const,
      "gre-over-ipsec" as const,
      "ipsec-over-gre" as const,
      "gre" as const,
      "ipsec" as const,
    ),
    esp,
    ike,
    mode: fc.constantFrom("transport" as const, "tunnel" as const),
    ikeVersion: fc.constantFrom(1 as const, 2 as const),
    ikeLifetimeSeconds: lifetime,
    espLifetimeSeconds: lifetime,
    dpdSeconds: optional(fc.integer({ min: 10, max: 3600 })),
    perfectForwardSecrecy: fc.boolean(),
    greKey: optional(fc.nat(4_294_967_295)),
    greChecksum: fc.boolean(),
    greSequence: fc.boolean(),
    pathMtuDiscovery: fc.boolean(),
    ipMtuBytes: optional(fc.integer({ min: 1280, max: 1340 })),
    tcpMssBytes: optional(fc.integer({ min: 500, max: 1100 })),
    routing,
    protections: fc.tuple(protection, protection),
    keepalives: fc.tuple(keepalive, keepalive),
    hasIpv6: fc.boolean(),
    isDirect: fc.boolean(),
    mtuBytes: optional(fc.integer({ min: 1480, max: 9216 })),
    outside: fc
      .tuple(fc.integer({ min: 1, max: 223 }), fc.integer({ min: 8, max: 30 }))
      .filter(([first]) => first !== 127 && first !== 192),
  })
  .map(declarationOf);

interface Drawn extends Pick<
  TunnelDeclaration,
  "esp" | "ike" | "ikeVersion" | "perfectForwardSecrecy" | "greChecksum" | "greSequence" | "pathMtuDiscovery" | "mode"
> {
  readonly order: NonNullable<TunnelDeclaration["order"]>;
  readonly ikeLifetimeSeconds: number | undefined;
  readonly espLifetimeSeconds: number | undefined;
  readonly dpdSeconds: number | undefined;
  readonly greKey: number | undefined;
  readonly ipMtuBytes: number | undefined;
  readonly tcpMssBytes: number | undefined;
  readonly routing: NonNullable<TunnelDeclaration["routing"]>;
  readonly protections: readonly ("tunnel-protection" | "crypto-map" | undefined)[];
  readonly keepalives: readonly ({ periodSeconds: number; retryCount: number } | undefined)[];
  readonly hasIpv6: boolean;
  readonly isDirect: boolean;
  readonly mtuBytes: number | undefined;
  readonly outside: readonly [number, number];
}

function declarationOf(drawn: Drawn): LabDeclaration {
  const lab = soundLab();
  const { nodes } = lab;
  const hasDevice = drawn.order !== "ipsec";
  const isSites = drawn.order === "ipsec" || drawn.order === "ipsec-over-gre";
  const isProtected = drawn.order !== "gre";
  const [first, length] = drawn.outside;
  if (drawn.isDirect) {
    nodes.r1!.interfaces.eth0!.address = `${first}.0.0.1/${length}`;
    nodes.r2!.interfaces.eth0!.address = `${first}.0.0.2/${length}`;
    nodes.r2!.interfaces.eth0!.segment = "left";
    delete nodes.isp;
    delete lab.segments.right;
    delete nodes.r1!.routes;
    delete nodes.r2!.routes;
  }
  if (drawn.mtuBytes !== undefined) lab.segments.left = { mtuBytes: drawn.mtuBytes };
  const six = drawn.hasIpv6 && hasDevice && !isSites;
  if (six)
    for (const [node, at] of [
      ["r1", "10::1"],
      ["r2", "20::1"],
      ["h1", "10::10"],
      ["h2", "20::10"],
    ] as const)
      nodes[node]!.interfaces[node.startsWith("r") ? "eth1" : "eth0"]!.address6 = `2001:db8:${at}/64`;
  const end = (side: "left" | "right", at: 0 | 1) =>
    given<TunnelDeclaration["left"]>({
      router: at === 0 ? "r1" : "r2",
      interface: "eth0",
      address: hasDevice ? lab.tunnels.tunnel0![side].address : undefined,
      address6: six ? `2001:db8:1::${at + 1}/64` : undefined,
      // What selects packets of the sites is a crypto map on IOS, whatever is declared.
      protection: isSites ? "crypto-map" : isProtected ? drawn.protections[at] : undefined,
      keepalive: hasDevice ? drawn.keepalives[at] : undefined,
    });
  lab.tunnels = {
    [hasDevice ? "tunnel0" : "ipsec0"]: given<TunnelDeclaration>({
      left: end("left", 0),
      right: end("right", 1),
      order: drawn.order,
      esp: isProtected ? drawn.esp : undefined,
      ike: isProtected ? drawn.ike : undefined,
      mode: isProtected ? (isSites ? "tunnel" : drawn.mode) : undefined,
      ikeVersion: isProtected ? drawn.ikeVersion : undefined,
      ikeLifetimeSeconds: isProtected ? drawn.ikeLifetimeSeconds : undefined,
      espLifetimeSeconds: isProtected ? drawn.espLifetimeSeconds : undefined,
      deadPeerDetection: isProtected && drawn.dpdSeconds !== undefined ? { delaySeconds: drawn.dpdSeconds } : undefined,
      perfectForwardSecrecy: isProtected ? drawn.perfectForwardSecrecy : undefined,
      greKey: hasDevice ? drawn.greKey : undefined,
      greChecksum: hasDevice ? drawn.greChecksum : undefined,
      greSequence: hasDevice ? drawn.greSequence : undefined,
      pathMtuDiscovery: drawn.pathMtuDiscovery,
      ipMtuBytes: hasDevice ? drawn.ipMtuBytes : undefined,
      // The largest that IOS takes is 1460.
      tcpMssBytes: drawn.tcpMssBytes ?? ((drawn.mtuBytes ?? 1500) > 1500 ? 1100 : undefined),
      routing: hasDevice ? drawn.routing : undefined,
    }),
  };
  return lab;
}

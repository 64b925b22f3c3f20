/** What a user declares: the lab as plain data, every field in the field's words. Constructs build it; JSON files may hold it. */
import { z } from "zod";
import { iosImageKinds } from "./ios-images.ts";
import { espEncryptions, espIntegrities, suiteNames } from "./suites.ts";

const integer = (least: number, most: number) => z.number().int().min(least).max(most);
/** A construct of this name cannot be made: the library keeps children in an object. Nothing else that every object has is a name. */
const everyObjectHas = "constructor";
/** Container, network and device names are made of these, so nothing else may stand in them. */
const name = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,29}$/, "a name is 1 to 30 of a-z, 0-9 and -, and begins with a letter")
  .refine((text) => text !== everyObjectHas, `${everyObjectHas} is no name: every object of JavaScript has it already`);
/** A Linux interface name has at most 15 characters (IFNAMSIZ). */
const deviceName = z
  .string()
  .regex(
    /^[a-z][a-z0-9-]{0,14}$/,
    "a tunnel's name is 1 to 15 of a-z, 0-9 and -, and begins with a letter: it names the device",
  )
  .refine(
    (text) => !/^(?:all|default|lo|constructor|(?:eth|mgmt|gre|gretap|erspan|tunl|sit)[0-9]+)$/.test(text),
    "a tunnel is not named like a device every router has: it names a new one (tunnel0)",
  );
const interfaceName = z.string().regex(/^eth(?:0|[1-9][0-9]{0,3})$/, "an interface is named eth0, eth1, …");

const keepalive = z.strictObject({
  periodSeconds: integer(1, 32767),
  /** Lost answers in a row before the line protocol goes down. */
  retryCount: integer(1, 255),
});

const tunnelEnd = z.strictObject({
  router: z.string(),
  /** The interface whose address is the tunnel source. */
  interface: z.string(),
  /** Address on the tunnel, with prefix length; IPsec alone has no device that could have one. */
  address: z.string().optional(),
  /** IPv6 address on the tunnel, with prefix length: IPv6 travels in it, too. */
  address6: z.string().optional(),
  protection: z.enum(["tunnel-protection", "crypto-map"]).optional(),
  keepalive: keepalive.optional(),
});

const espTransform = z.strictObject({
  encryption: z.enum(espEncryptions),
  keyBits: z.union([z.literal(128), z.literal(192), z.literal(256)]).optional(),
  integrity: z.enum(espIntegrities).optional(),
});

const ikeProposal = z.strictObject({
  encryption: z.enum(["aes-cbc", "3des-cbc", "des-cbc"]),
  keyBits: z.union([z.literal(128), z.literal(192), z.literal(256)]).optional(),
  integrity: z.enum(["md5", "sha1", "sha256", "sha384", "sha512"]),
  dhGroup: z.literal([1, 2, 5, 14, 15, 16, 19, 20, 21, 31]),
});

const bfd = z.strictObject({
  /** Between two packets, the same both ways. */
  intervalMs: integer(50, 60000),
  /** Packets that may be missing. */
  multiplier: integer(2, 255),
});

/** What two neighbours in OSPF have in common, said once for both. */
const ospfNeighbours = {
  helloIntervalSeconds: integer(1, 65535).optional(),
  deadIntervalSeconds: integer(1, 65535).optional(),
  /** Of two ways the one with the smaller sum of costs is used. */
  cost: integer(1, 65535).optional(),
  bfd: bfd.optional(),
};

const routing = z.discriminatedUnion("protocol", [
  z.strictObject({
    protocol: z.literal("ospf"),
    area: integer(0, 4294967295).optional(),
    ...ospfNeighbours,
  }),
  z.strictObject({
    protocol: z.literal("static"),
    /** Of two routes the one with the smaller distance is used: a larger one floats. */
    distance: integer(1, 254).optional(),
  }),
  z.strictObject({ protocol: z.literal("eigrp") }),
  z.strictObject({ protocol: z.literal("none") }),
]);

const deadPeerDetection = z.strictObject({
  /** After this long without a packet of the peer it is asked. */
  delaySeconds: integer(1, 3600),
  /** The tunnel's line protocol is down while there is no SA, as a virtual tunnel interface's is. */
  lineFollowsSa: z.boolean().optional(),
});

/** What is unwise and can be built all the same. */
const acceptableRules = ["mtu/exceeds-path"] as const;

const tunnel = z.strictObject({
  /** What goes into what; `gre` is without IPsec and `ipsec` without GRE, to show what each is by itself. */
  order: z.enum(["gre-over-ipsec", "ipsec-over-gre", "gre", "ipsec"]).optional(),
  left: tunnelEnd,
  right: tunnelEnd,
  greKey: integer(0, 4294967295).optional(),
  greChecksum: z.boolean().optional(),
  greSequence: z.boolean().optional(),
  suite: z.enum(suiteNames).optional(),
  esp: espTransform.optional(),
  ike: ikeProposal.optional(),
  mode: z.enum(["transport", "tunnel"]).optional(),
  ikeVersion: z.union([z.literal(1), z.literal(2)]).optional(),
  ikeLifetimeSeconds: integer(120, 2592000).optional(),
  espLifetimeSeconds: integer(120, 2592000).optional(),
  perfectForwardSecrecy: z.boolean().optional(),
  deadPeerDetection: deadPeerDetection.optional(),
  ipMtuBytes: integer(68, 9216).optional(),
  tcpMssBytes: integer(28, 9176).optional(),
  pathMtuDiscovery: z.boolean().optional(),
  /** Rules that the tunnel breaks on purpose, to show what comes of it: their findings are warnings. */
  accept: z.array(z.enum(acceptableRules)).optional(),
  routing: routing.optional(),
});

const ios = z.strictObject({
  kind: z.enum(iosImageKinds),
  /** The image's reference, the user's own: `vrnetlab/cisco_iol:17.12.01`. */
  image: z.string().regex(/^[\w.:/@-]{1,255}$/, "an image is named as docker names it: vrnetlab/cisco_iol:17.12.01"),
  /** The release, where the image's tag does not begin with it: `17.12`, `15.9`. */
  version: z
    .string()
    .regex(/^\d{2}\.\d{1,2}$/, "a release is written like 17.12 or 15.9")
    .optional(),
});

const node = z.strictObject({
  role: z.enum(["router", "host", "transit"]),
  platform: z.enum(["linux", "ios"]).optional(),
  /** Of a router with the platform `ios`: what it runs in. */
  ios: ios.optional(),
  interfaces: z.record(
    interfaceName,
    z.strictObject({
      segment: z.string(),
      address: z.string(),
      /** IPv6 address with prefix length: of hosts, and of routers toward them. */
      address6: z.string().optional(),
    }),
  ),
  routes: z.array(z.strictObject({ destination: z.string(), via: z.string() })).optional(),
  /** Of a transit: the inside address leaves by the interface as the interface's own, one for one (RFC 2663 section 4.1, static). */
  nat: z.array(z.strictObject({ insideAddress: z.string(), interface: z.string() })).optional(),
  /** Of a transit: what it does not let by. */
  filters: z.array(z.enum(["icmp-fragmentation-needed"])).optional(),
});

const segment = z.strictObject({
  mtuBytes: integer(576, 9216).optional(),
  /** A link between routers of a site: all of them speak OSPF on it, in area 0. */
  ospf: z.strictObject(ospfNeighbours).optional(),
  /** Its nodes are on several engines: an overlay network carries it, over a network of this MTU. No broadcast or multicast passes. */
  overlay: z.strictObject({ underlayMtuBytes: integer(626, 9266) }).optional(),
});

/** Validates the shape alone; whether the network makes sense is `validateLab`'s question. */
export const labDeclarationSchema = z.strictObject({
  name,
  segments: z.record(name, segment),
  nodes: z.record(name, node),
  tunnels: z.record(deviceName, tunnel),
});

/** A whole lab as plain data. */
export type LabDeclaration = z.infer<typeof labDeclarationSchema>;
/** A router, host or transit, as declared. */
export type NodeDeclaration = z.infer<typeof node>;
/** A tunnel between two routers, as declared. */
export type TunnelDeclaration = z.infer<typeof tunnel>;
/** One end of a tunnel, as declared. */
export type TunnelEndDeclaration = z.infer<typeof tunnelEnd>;
/** What routes over a tunnel, as declared. */
export type RoutingDeclaration = z.infer<typeof routing>;
/** What neighbours in OSPF have in common, as declared. */
export type OspfDeclaration = NonNullable<z.infer<typeof segment>["ospf"]>;
/** An ESP transform spelled out, as declared. */
export type EspDeclaration = z.infer<typeof espTransform>;

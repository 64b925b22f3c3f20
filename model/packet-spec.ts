/** What `tunnelwright predict` is asked: an encapsulation, a path, and perhaps a packet, as plain data. */
import { z } from "zod";
import type { Finding } from "./finding.ts";
import { finding } from "./rules/catalogue.ts";
import { wireBytes, type Encapsulation } from "./overhead.ts";
import { quote } from "./addresses.ts";
import { espEncryptions, espIntegrities, isAead } from "./suites.ts";

const largestIpPacketBytes = 65_535;
const bytes = (least: number) => z.number().int().min(least).max(largestIpPacketBytes);

/** The four ways a packet can go out; see {@link Encapsulation}. */
export const packetOrders = ["gre-over-ipsec", "ipsec-over-gre", "gre", "ipsec"] as const;

const greSchema = z.strictObject({
  key: z.boolean().default(false),
  checksum: z.boolean().default(false),
  sequence: z.boolean().default(false),
});

const espSchema = z.strictObject({
  encryption: z.enum(espEncryptions),
  integrity: z.enum(espIntegrities).default("none"),
  mode: z.enum(["transport", "tunnel"]),
  natTraversal: z.boolean().default(false),
});

/** One specification. Everything but `outer`, `order`, and with IPsec `esp`, has a default. */
export const packetSpecSchema = z
  .strictObject({
    outer: z.strictObject({
      family: z.enum(["ipv4", "ipv6"]).default("ipv4"),
      /** Smallest IP MTU of the path between the outer addresses. RFC 791: at least 68. */
      mtuBytes: bytes(68),
    }),
    order: z.enum(packetOrders),
    gre: greSchema.prefault({}),
    /** Passed over with the order `gre`. */
    esp: espSchema.optional(),
    platform: z.enum(["linux", "ios"]).default("linux"),
    /** The whole IP packet handed to the tunnel, its own header included. */
    innerBytes: bytes(20).optional(),
  })
  .superRefine((spec, context) => {
    const fault = (path: string, message: string): void => context.addIssue({ code: "custom", path: [path], message });
    if (spec.order !== "gre" && spec.esp === undefined) {
      fault("esp", `it is missing, and the order ${spec.order} needs it`);
      return;
    }
    const ownHeader = spec.esp?.mode === "transport" && (spec.order === "ipsec" || spec.order === "ipsec-over-gre");
    const { innerBytes = 40 } = spec;
    if (ownHeader && spec.outer.family === "ipv6" && innerBytes < 40)
      fault("innerBytes", "in transport mode the packet's own header is the outer one, and one of IPv6 has 40 bytes");
    const wholeBytes = wireBytes(innerBytes, encapsulationOf(spec));
    if (wholeBytes > largestIpPacketBytes)
      fault("innerBytes", `${innerBytes} bytes become ${wholeBytes}, and IP carries ${largestIpPacketBytes} at most`);
  });

/** A specification with its defaults filled in. */
export type PacketSpec = z.output<typeof packetSpecSchema>;

/** A fault of the input, and where it stands: `[2].outer.mtuBytes`. */
export interface SpecFault {
  readonly path: string;
  readonly what: string;
}

/** Either every specification, or every fault of all of them. */
export type ParsedSpecs =
  { readonly specs: readonly PacketSpec[]; readonly isList: boolean } | { readonly faults: readonly SpecFault[] };

/** Reads one specification or a list of them. */
export function parsePacketSpecs(document: unknown): ParsedSpecs {
  const isList = Array.isArray(document);
  const items: readonly unknown[] = isList ? document : [document];
  const specs: PacketSpec[] = [];
  const faults: SpecFault[] = [];
  for (const [index, item] of items.entries()) {
    const parsed = packetSpecSchema.safeParse(item);
    if (parsed.success) specs.push(parsed.data);
    else faults.push(...parsed.error.issues.flatMap((issue) => faultsOf(issue, isList ? `[${index}]` : "", item)));
  }
  return faults.length > 0 ? { faults } : { specs, isList };
}

function faultsOf(issue: z.core.$ZodIssue, prefix: string, item: unknown): SpecFault[] {
  const at = (path: readonly PropertyKey[]): string =>
    [prefix, path.map(shownStep).join(".")].filter((part) => part !== "").join(".") || "the document";
  if (issue.code === "unrecognized_keys")
    return issue.keys.map((key) => ({ path: at([...issue.path, key]), what: "there is no such field" }));
  let seen: unknown = item;
  for (const step of issue.path) seen = (seen as Record<PropertyKey, unknown> | undefined)?.[step];
  const shown = seen === undefined ? "" : ` (seen: ${quote(JSON.stringify(seen))})`;
  return [{ path: at(issue.path), what: `${issue.message}${issue.code === "custom" ? "" : shown}` }];
}

/** Names come from outside: one that is not a plain word is quoted. */
function shownStep(step: PropertyKey): string {
  const text = String(step);
  return /^[A-Za-z0-9_-]{1,30}$/.test(text) ? text : quote(text);
}

/** The encapsulation that a specification asks for. */
export function encapsulationOf({ order, outer, gre, esp, platform }: PacketSpec): Encapsulation {
  return {
    order,
    outerFamily: outer.family,
    gre,
    esp: { encryption: esp?.encryption ?? "null", keyBits: null, integrity: esp?.integrity ?? "none" },
    mode: esp?.mode ?? "transport",
    natTraversal: esp?.natTraversal ?? false,
    platform,
  };
}

/** What is wrong with a pair of algorithms that no peer would agree on; with an error there is no number. */
export function findingsOf({ order, esp }: PacketSpec): Finding[] {
  if (order === "gre" || !esp) return [];
  const { encryption, integrity } = esp;
  const where = "esp.integrity";
  if (isAead(encryption) && integrity !== "none")
    return [
      finding("esp/aead-with-integrity", {
        what: `${encryption} with ${integrity}: the cipher brings its own integrity`,
        where,
        fix: 'say "integrity": "none"',
        seen: integrity,
        allowed: "none",
      }),
    ];
  if (isAead(encryption) || integrity !== "none") return [];
  const missing = finding("esp/integrity-missing", {
    what: `${encryption} without integrity`,
    where,
    fix: 'name an integrity algorithm, for instance "sha256-128"',
    seen: integrity,
    allowed: espIntegrities.filter((each) => each !== "none").join(", "),
  });
  // RFC 4303 section 3.2: neither encryption nor integrity is nothing at all; encryption alone can be weighed, and is unwise.
  return [encryption === "null" ? missing : { ...missing, severity: "warning" }];
}

/** The document that tells how a running lab is at one moment. Versioned; its JSON Schema is published (docs/schemas). */
import { z } from "zod";
import { impairmentEffectSchema } from "./impairment.ts";

const node = z.strictObject({
  name: z.string(),
  role: z.enum(["router", "host", "transit"]),
  reached: z.boolean(),
  uptimeSeconds: z.number().nullable().meta({ description: "Since its kernel started; null when it was not told" }),
  kernel: z.string().nullable().meta({ description: "What runs it, and its version, e.g. `uml 6.1.176`" }),
  problem: z.string().nullable().meta({ description: "Why something of the node is unknown" }),
});

const impairment = z.strictObject({
  toward: z.array(z.string()).meta({ description: "The nodes toward which it is done" }),
  effect: impairmentEffectSchema,
});

const link = z.strictObject({
  name: z.string(),
  transit: z.string().meta({ description: "The node that impairs it" }),
  neighbours: z.array(z.string()),
  mtuBytes: z.number().int().meta({ description: "As declared" }),
  impairments: z.array(impairment).nullable().meta({ description: "null: unknown, since the transit did not tell" }),
});

/** What is not there to be asked is `none`, what did not answer is `unknown`. */
const end = z.strictObject({
  router: z.string(),
  device: z.string().nullable().meta({ description: "null with IPsec alone, which has none" }),
  interfaceState: z.enum(["up", "down", "absent", "none", "unknown"]).meta({ description: "As it is configured" }),
  lineProtocol: z
    .enum(["up", "down", "none", "unknown"])
    .meta({ description: "The operational state (RFC 2863): down while the device is dormant" }),
  ikeSa: z.string().meta({ description: "`ESTABLISHED` when done; `none`; `unknown`" }),
  childSa: z.string().meta({ description: "`INSTALLED` when traffic flows; `none`; `unknown`" }),
  ospf: z.string().meta({ description: "The neighbour's state over the tunnel, e.g. `Full`; `none`; `unknown`" }),
});

const tunnel = z.strictObject({
  name: z.string(),
  hasIpsec: z.boolean(),
  hasOspf: z.boolean(),
  left: end,
  right: end,
});

/** Validates a LabStatus document; the published JSON Schema is made from it. */
export const labStatusSchema = z.strictObject({
  format: z.literal("tunnelwright-status/1"),
  lab: z.string(),
  at: z.string().meta({ description: "When it was asked, ISO 8601 in UTC" }),
  isComplete: z.boolean().meta({ description: "Everything was told; nothing is unknown" }),
  nodes: z.array(node),
  links: z.array(link).meta({ description: "Those that touch a transit" }),
  tunnels: z.array(tunnel),
});

/** A node: reached or not. */
export type NodeStatus = z.infer<typeof node>;
/** A link and what impairs it. */
export type LinkStatus = z.infer<typeof link>;
/** One end of a tunnel, as its router tells it. */
export type TunnelEndStatus = z.infer<typeof end>;
/** How a lab is. */
export type LabStatus = z.infer<typeof labStatusSchema>;

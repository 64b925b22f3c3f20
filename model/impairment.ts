/** What a transit does to packets on purpose: cut, delayed, lost, too large, or without the answer that they are too large. */
import { z } from "zod";

const effect = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("cut") }),
  z.strictObject({ kind: z.literal("block-icmp") }),
  z.strictObject({ kind: z.literal("loss"), percent: z.number() }),
  z.strictObject({ kind: z.literal("delay"), delayMs: z.number(), jitterMs: z.number() }),
  z.strictObject({ kind: z.literal("mtu"), mtuBytes: z.number().int() }),
]);

/** Validates an {@link ImpairmentEffect}. */
export const impairmentEffectSchema = effect;

/**
 * What is done to packets:
 * - `cut`: none passes
 * - `block-icmp`: ICMP type 3 code 4 (fragmentation needed, RFC 792) does not pass
 * - `loss`: each is lost with this probability, of itself
 * - `delay`: each waits so long, more or less by the jitter, which may change their order
 * - `mtu`: larger ones are cut, or refused with ICMP type 3 code 4 that names it (RFC 1191)
 */
export type ImpairmentEffect = z.infer<typeof effect>;

/** Seen from the transit: `in` comes from the link, `out` goes to it. */
export type LinkWay = "in" | "out";

/** One effect, at one interface of a transit, in one direction. */
export interface Impairment {
  /** The transit's interface: `eth0`. */
  readonly device: string;
  readonly way: LinkWay;
  readonly effect: ImpairmentEffect;
}

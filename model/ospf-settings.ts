/** What is said of two OSPF neighbours, with the defaults filled in. */
import type { OspfDeclaration } from "./declaration.ts";
import type { BfdModel } from "./lab-model.ts";

/** FRR: a reference bandwidth of 100 Gbit/s over a device whose speed nobody told, which counts as 10 Gbit/s. */
export const defaultOspfCost = 10;

/** The dead interval is four times the hello interval where it is not declared (RFC 2328 appendix C.3); a cost of `null` is FRR's own. */
export function ospfSettings(declared: OspfDeclaration = {}): {
  readonly helloIntervalSeconds: number;
  readonly deadIntervalSeconds: number;
  readonly cost: number | null;
  readonly bfd: BfdModel | null;
} {
  const helloIntervalSeconds = declared.helloIntervalSeconds ?? 10;
  return {
    helloIntervalSeconds,
    deadIntervalSeconds: declared.deadIntervalSeconds ?? helloIntervalSeconds * 4,
    cost: declared.cost ?? null,
    bfd: declared.bfd ?? null,
  };
}

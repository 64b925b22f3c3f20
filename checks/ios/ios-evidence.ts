import type { CryptoSession } from "../../dialects/ios/show/read-crypto-sessions.ts";
import type { Ikev2Sa } from "../../dialects/ios/show/read-ikev2-sas.ts";
import type { IosInterface, IosIpInterface } from "../../dialects/ios/show/read-interfaces.ts";
import type { IpsecFlow } from "../../dialects/ios/show/ipsec-sas.ts";
import type { IsakmpSa } from "../../dialects/ios/show/read-isakmp-sas.ts";
import type { IosOspfNeighbor } from "../../dialects/ios/show/read-ospf-neighbors.ts";
import { readShow, type ShowReading } from "../../dialects/ios/show/read-show.ts";

/** One output of one router, as it was pasted. */
export interface PastedOutput {
  /** The router's name in the plan. */
  readonly router: string;
  /** As typed, abbreviations included. */
  readonly command: string;
  readonly output: string;
  /** Another prompt follows, so that an empty output is an answer. */
  readonly isWhole: boolean;
}

/** What the outputs of one router say; `null` where nothing was pasted that says it, an empty list where it says «none». */
export interface IosEvidence {
  readonly isakmpSas: readonly IsakmpSa[] | null;
  readonly ikev2Sas: readonly Ikev2Sa[] | null;
  readonly ipsecFlows: readonly IpsecFlow[] | null;
  readonly sessions: readonly CryptoSession[] | null;
  readonly interfaces: readonly IosInterface[] | null;
  readonly ipInterfaces: readonly IosIpInterface[] | null;
  readonly ospfNeighbors: readonly IosOspfNeighbor[] | null;
}

/** Everything that the outputs of a router say. What a router refused, and what cannot be read, says nothing. */
export function gatherEvidence(outputs: readonly PastedOutput[], router: string): IosEvidence {
  const said = outputs
    .filter((output) => output.router === router)
    .map((output) => ({ ...readShow(output.command, output.output), isWhole: output.isWhole }))
    .filter(({ outcome, isWhole }) => outcome === "read" || (outcome === "nothing" && isWhole))
    .map(({ observation }) => observation);
  const collect = <Kind extends ShowReading["observation"]["kind"], Item>(
    kind: Kind,
    take: (observation: Extract<ShowReading["observation"], { kind: Kind }>) => readonly Item[],
  ): readonly Item[] | null => {
    const found = said.filter(
      (observation): observation is Extract<ShowReading["observation"], { kind: Kind }> => observation.kind === kind,
    );
    return found.length === 0 ? null : found.flatMap(take);
  };
  return {
    isakmpSas: collect("isakmp-sas", ({ sas }) => sas),
    ikev2Sas: collect("ikev2-sas", ({ sas }) => sas),
    ipsecFlows: collect("ipsec-sas", ({ flows }) => flows),
    sessions: collect("crypto-sessions", ({ sessions }) => sessions),
    interfaces: collect("interfaces", ({ interfaces }) => interfaces),
    ipInterfaces: collect("ip-interfaces", ({ interfaces }) => interfaces),
    ospfNeighbors: collect("ospf-neighbors", ({ neighbors }) => neighbors),
  };
}

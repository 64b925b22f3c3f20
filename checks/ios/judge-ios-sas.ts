/** What IOS says of a tunnel's SAs, beside what was predicted. */
import type { EspSa, IpsecFlow, ProxyIdentity } from "../../dialects/ios/show/ipsec-sas.ts";
import type { PlannedEnd, PlannedTunnel } from "../../model/plan-document.ts";
import type { Fact } from "../../model/run-result.ts";
import { compare } from "../check-kind.ts";
import type { IosEvidence } from "./ios-evidence.ts";
import { iosIkev2Cipher, iosIkev2Hash, iosIsakmpCipher, iosIsakmpHash, iosTransformName } from "./ios-names.ts";

/** Is there an IKE SA with the peer, of the declared version and algorithms? Needs the detailed form with IKEv1. */
export function ikeFacts(tunnel: PlannedTunnel, here: PlannedEnd, evidence: IosEvidence): Fact[] {
  return tunnel.ikeVersion === 2 ? ikev2Facts(tunnel, here, evidence) : isakmpFacts(tunnel, here, evidence);
}

function ikev2Facts({ ike }: PlannedTunnel, here: PlannedEnd, { ikev2Sas, sessions }: IosEvidence): Fact[] {
  const mine = ikev2Sas?.filter(({ remote }) => remote === here.peerAddress);
  const sa = mine?.find(({ status }) => status === "READY") ?? mine?.[0];
  const state = ikev2Sas === null ? activeInSession(sessions, here, 2, "READY") : (sa?.status ?? "none");
  const told = (value: string | number | null | undefined): string | number | null => value ?? null;
  return [
    compare(`IKEv2 SA at ${here.router}`, "", "READY", state),
    ...(state !== null && state !== "READY"
      ? []
      : [
          compare(
            `IKE cipher at ${here.router}`,
            "",
            iosIkev2Cipher(ike),
            sa?.encryption == null ? null : joined(sa.encryption, sa.keyBits),
          ),
          compare(`IKE integrity at ${here.router}`, "", iosIkev2Hash(ike), told(sa?.hash)),
          compare(`Diffie-Hellman group at ${here.router}`, "", ike.dhGroup, told(sa?.dhGroup)),
        ]),
  ];
}

function isakmpFacts({ ike }: PlannedTunnel, here: PlannedEnd, { isakmpSas, sessions }: IosEvidence): Fact[] {
  const withPeer = isakmpSas?.filter((sa) => [sa.destination, sa.source, sa.remote].includes(here.peerAddress));
  const plain = withPeer?.filter(({ state }) => state !== null);
  const detailed = withPeer?.find(({ encryption }) => encryption !== null);
  const alive = plain?.find(({ state, isDeleted }) => state === "QM_IDLE" && !isDeleted);
  const dead = plain?.[0] && `${plain[0].state ?? ""}${plain[0].isDeleted ? " (deleted)" : ""}`;
  // The detailed form has no state: with it alone, only a session tells.
  const inList = alive ? "QM_IDLE" : (dead ?? (isakmpSas === null || detailed ? null : "none"));
  const state = inList ?? activeInSession(sessions, here, 1, "QM_IDLE");
  return [
    compare(`ISAKMP SA at ${here.router}`, "", "QM_IDLE", state),
    ...(state !== null && state !== "QM_IDLE"
      ? []
      : [
          compare(
            `IKE cipher at ${here.router}, its key length not printed`,
            "",
            iosIsakmpCipher(ike),
            detailed?.encryption,
          ),
          compare(`IKE integrity at ${here.router}`, "", iosIsakmpHash(ike), detailed?.hash),
          compare(`Diffie-Hellman group at ${here.router}`, "", ike.dhGroup, detailed?.dhGroup),
        ]),
  ];
}

/** `show crypto session` says that there is one, and nothing of its algorithms. */
function activeInSession(
  sessions: IosEvidence["sessions"],
  { peerAddress }: PlannedEnd,
  version: 1 | 2,
  up: string,
): string | null {
  const session = sessions?.find(({ peer }) => peer === peerAddress);
  if (!session) return sessions === null ? null : "none";
  const ike = session.ike.filter((sa) => sa.version === version || sa.version === null);
  return ike.some(({ isActive }) => isActive) ? up : session.status || null;
}

/** Which mode, transforms and identities were installed, and is ESP in UDP where it should be? */
export function ipsecFacts(tunnel: PlannedTunnel, here: PlannedEnd, { ipsecFlows }: IosEvidence): Fact[] {
  const { router } = here;
  const flow = flowOf(here, ipsecFlows);
  const sas = flow && activeSas(flow);
  const seen =
    ipsecFlows === null
      ? null
      : !sas
        ? "none"
        : sas.inbound && sas.outbound
          ? "in and out"
          : sas.inbound
            ? "in alone"
            : sas.outbound
              ? "out alone"
              : "none";
  const facts = [compare(`ESP SAs at ${router}`, "", "in and out", seen)];
  if (seen !== null && seen !== "in and out") return facts;
  const inbound = sas?.inbound;
  return [
    ...facts,
    compare(`mode at ${router}`, "", tunnel.mode, inbound?.mode),
    compare(`transforms at ${router}`, "", iosTransformName(tunnel.esp), inbound?.transforms.join(" ")),
    compare(`ESP in UDP at ${router}`, "", yesNo(tunnel.natTraversal), inbound && yesNo(inbound.udpEncapsulated)),
    compare(
      `identities at ${router}`,
      "",
      [...here.selectors.local, ...here.selectors.remote].join(" "),
      flow?.localIdentity && flow.remoteIdentity
        ? `${identity(flow.localIdentity)} ${identity(flow.remoteIdentity)}`
        : null,
    ),
  ];
}

/** The flow with the peer that has SAs in both directions, else the first with it. */
export function flowOf({ peerAddress }: PlannedEnd, flows: readonly IpsecFlow[] | null): IpsecFlow | undefined {
  const mine = flows?.filter(({ peer, remoteEndpoint }) => (peer ?? remoteEndpoint) === peerAddress) ?? [];
  return mine.find((flow) => activeSas(flow).inbound && activeSas(flow).outbound) ?? mine[0];
}

/** 12.2 prints no status: there an SA that is listed is one. */
export function activeSas({ inboundEsp, outboundEsp }: IpsecFlow): {
  inbound: EspSa | undefined;
  outbound: EspSa | undefined;
} {
  const isActive = ({ status }: EspSa): boolean => status === null || status === "ACTIVE";
  return { inbound: inboundEsp.find(isActive), outbound: outboundEsp.find(isActive) };
}

/** `198.51.100.2/32[gre]`, as the plan has it. */
function identity({ address, mask, protocol }: ProxyIdentity): string {
  const bits = mask.includes(".")
    ? mask.split(".").reduce((sum, byte) => sum + Number(byte).toString(2).replaceAll("0", "").length, 0)
    : Number(mask);
  return `${address}/${bits}${protocol === 0 ? "" : protocol === 47 ? "[gre]" : `[${protocol}]`}`;
}

const yesNo = (value: boolean): string => (value ? "yes" : "no");
const joined = (name: string, bits: number | null): string => (bits === null ? name : `${name}-${bits}`);

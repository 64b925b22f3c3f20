/** Observations that agree with the first lab's tunnel, to be changed in one place by a test. */
import { outerKinds, type OuterDirection, type OuterKind, type OuterTraffic } from "../../../capture/classify.ts";
import type { OspfNeighbor } from "../../../dialects/frr/read-neighbors.ts";
import type { GreState, LinkState } from "../../../dialects/iproute2/read-link.ts";
import type { EchoResult } from "../../../checks/ping.ts";
import type { PingAnswer } from "../../../dialects/iproute2/read-ping.ts";
import type { KeepaliveState } from "../../../dialects/keepalive/read.ts";
import type { LoadedChild, LoadedConnection } from "../../../dialects/strongswan/read-connections.ts";
import type { ChildSaState, IkeSaState } from "../../../dialects/strongswan/read-sas.ts";
import type { LabPlan, PlannedTunnel } from "../../../model/plan-document.ts";
import { planLab } from "../../../plan/plan-lab.ts";
import { dualHubDeclaration } from "../plan/dual-hub.ts";
import { dualStack } from "../model/rule-cases.ts";
import { greOverIpsecDeclaration } from "../plan/gre-over-ipsec.ts";

export function plannedLab(): LabPlan {
  const { plan } = planLab(greOverIpsecDeclaration());
  if (plan === null) throw new Error("the first lab has faults");
  return plan;
}

export function plannedTunnel(): PlannedTunnel {
  return plannedLab().tunnels[0]!;
}

/** The preferred one of the dual hub: a link and a core router stand between its right end and the host. */
export function dualHubTunnel(): PlannedTunnel {
  const { plan } = planLab(dualHubDeclaration());
  if (plan === null) throw new Error("the dual hub has faults");
  return plan.tunnels[0]!;
}

/** The sound lab's, with the first lab's addresses of IPv4 left as they are. */
export function dualStackTunnel(): PlannedTunnel {
  const { plan } = planLab(dualStack());
  if (plan === null) throw new Error("the lab of two stacks has faults");
  return plan.tunnels[0]!;
}

/** The first lab's, with keepalives from both ends. */
export function keepaliveTunnel(): PlannedTunnel {
  const keepalive = { periodSeconds: 1, retryCount: 3 };
  const tunnel = dualStackTunnel();
  return { ...tunnel, left: { ...tunnel.left, keepalive }, right: { ...tunnel.right, keepalive } };
}

export function keepaliveState(changes: Partial<KeepaliveState> = {}): KeepaliveState {
  return {
    device: "tunnel0",
    periodSeconds: 1,
    retryCount: 3,
    lineUp: true,
    idle: undefined,
    unansweredCount: 0,
    sentCount: 9,
    receivedCount: 9,
    transitions: [],
    ...changes,
  };
}

export const answered: EchoResult = {
  wantedCount: 1,
  transmittedCount: 1,
  receivedCount: 1,
  rttMs: { min: 1, average: 1, max: 1 },
  answers: [],
};

export function unanswered(...answers: PingAnswer[]): EchoResult {
  return { wantedCount: 1, transmittedCount: 1, receivedCount: 0, rttMs: null, answers };
}

export function childSa(side: "left" | "right", changes: Partial<ChildSaState> = {}): ChildSaState {
  const [left, right] = ["198.51.100.2/32[gre]", "203.0.113.2/32[gre]"];
  const isLeft = side === "left";
  return {
    name: "tunnel0",
    state: "INSTALLED",
    mode: "transport",
    protocol: "ESP",
    encapsulated: false,
    spiIn: isLeft ? "c0000001" : "c0000002",
    spiOut: isLeft ? "c0000002" : "c0000001",
    encryption: "AES_GCM_16",
    encryptionKeyBits: 256,
    integrity: null,
    dhGroup: null,
    bytesIn: 0,
    packetsIn: 0,
    bytesOut: 0,
    packetsOut: 0,
    ageSeconds: 12,
    localSelectors: [isLeft ? left : right],
    remoteSelectors: [isLeft ? right : left],
    ...changes,
  };
}

export function ikeSa(side: "left" | "right", changes: Partial<IkeSaState> = {}): IkeSaState {
  const [left, right] = ["198.51.100.2", "203.0.113.2"] as const;
  const isLeft = side === "left";
  return {
    name: "tunnel0",
    version: 2,
    state: "ESTABLISHED",
    localHost: isLeft ? left : right,
    remoteHost: isLeft ? right : left,
    localId: isLeft ? left : right,
    remoteId: isLeft ? right : left,
    initiator: isLeft,
    encryption: "AES_CBC",
    encryptionKeyBits: 256,
    integrity: "HMAC_SHA2_256_128",
    prf: "PRF_HMAC_SHA2_256",
    dhGroup: "ECP_256",
    children: [childSa(side)],
    ...changes,
  };
}

const outer = ([selector = ""]: readonly string[]): string => selector.split("/")[0] ?? "";

/** Both ends alike. */
export function connection(side: "left" | "right", changes: Partial<LoadedChild> = {}): LoadedConnection {
  const { localSelectors, remoteSelectors } = childSa(side);
  return {
    name: "tunnel0",
    version: "IKEv2",
    localAddresses: [outer(localSelectors)],
    remoteAddresses: [outer(remoteSelectors)],
    children: [{ name: "tunnel0", mode: "transport", localSelectors, remoteSelectors, ...changes }],
  };
}

export const gre = (changes: Partial<GreState> = {}): GreState => ({
  local: "198.51.100.2",
  remote: "203.0.113.2",
  ttl: 255,
  key: null,
  checksum: false,
  sequence: false,
  pathMtuDiscovery: "copy",
  extras: [],
  ...changes,
});

export function link(changes: Partial<LinkState> = {}): LinkState {
  return {
    name: "tunnel0",
    operState: "UNKNOWN",
    up: true,
    mtuBytes: 1442,
    addressGenerationOff: true,
    gre: null,
    ...changes,
  };
}

export function neighbor(changes: Partial<OspfNeighbor> = {}): OspfNeighbor {
  return {
    routerId: "192.168.20.1",
    state: "Full",
    address: "172.16.0.2",
    interfaceName: "tunnel0",
    deadTimeMs: 3500,
    upTimeMs: 1000,
    ...changes,
  };
}

const noCounts = () => Object.fromEntries(outerKinds.map((kind) => [kind, 0])) as Record<OuterKind, number>;

/** Three probes of each size and their answers, as predicted, and whatever else is counted. */
export function traffic(
  more: Partial<Record<OuterKind, number>> = {},
  changes: Partial<Pick<OuterTraffic, "unreadable">> & { readonly rightToLeftBytes?: readonly number[] } = {},
): OuterTraffic {
  const sizes = plannedTunnel().prediction.wireSizes.flatMap(({ wireBytes }) => [wireBytes, wireBytes, wireBytes]);
  const direction = (espTotalBytes: readonly number[]): OuterDirection => ({
    counts: { ...noCounts(), esp: espTotalBytes.length },
    espTotalBytes,
    greTotalBytes: [],
    fragmentCount: 0,
  });
  const leftToRight = direction(sizes);
  const rightToLeft = direction(changes.rightToLeftBytes ?? sizes);
  const esp = leftToRight.counts.esp + rightToLeft.counts.esp;
  return {
    counts: { ...noCounts(), esp, ...more },
    leftToRight,
    rightToLeft,
    elsewhereCount: 0,
    unreadable: changes.unreadable ?? [],
  };
}

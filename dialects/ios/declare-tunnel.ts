/** The two ends of a tunnel as one declared tunnel, or why they are not one. */
import type { RoutingDeclaration, TunnelDeclaration, TunnelEndDeclaration } from "../../model/declaration.ts";
import { suiteNames, suites, type EspTransform, type IkeProposal } from "../../model/suites.ts";
import { dhGroup, ikeIntegrity, ikev2Cipher } from "./crypto-words.ts";
import type { IosRoute, IsakmpPolicy } from "./device.ts";
import { espOfEnd, modeOfEnd, type IosEnd } from "./ends.ts";
import { espLifetimeOf, ikeLifetimeOf, policyValues } from "./rules/agreement.ts";
import { ospfOn, speaksEigrp } from "./rules/routing.ts";
import type { IosPair } from "./pair-ends.ts";

/** A tunnel without the names of its routers and interfaces. */
export type SharedTunnel = Omit<TunnelDeclaration, "left" | "right">;

/** The tunnel as far as both ends say it alike; `reasons` when they do not, or when it cannot be declared. */
export interface DeclaredTunnel {
  readonly tunnel: SharedTunnel;
  readonly reasons: readonly string[];
  readonly assumptions: readonly string[];
}

const defaults = { ikeSeconds: 86_400, espSeconds: 3600, dpdSeconds: 10 } as const;

/** What both ends say of the tunnel. */
export function declareTunnel({ left, right }: IosPair): DeclaredTunnel {
  const reasons: string[] = [];
  const assumptions: string[] = [];
  const alike = <T>(what: string, of: (end: IosEnd) => T): T => {
    const [a, b] = [of(left), of(right)];
    if (a !== b)
      reasons.push(`${what} is ${String(a)} at ${left.device.name} and ${String(b)} at ${right.device.name}`);
    return a;
  };
  const order = alike("the order", ({ order }) => order);
  for (const end of [left, right]) reasons.push(...undeclarable(end));
  const isProtected = order !== "gre";
  const ipMtuBytes = alike("ip mtu", ({ tunnel }) => tunnel?.ipMtuBytes?.value ?? null);
  const segments = [left, right].map(mssOf);
  if (segments[0] !== segments[1]) assumptions.push("adjust-mss is not the same at both ends: the lower is taken");
  else if (segments[0] === null && order !== "ipsec")
    assumptions.push("no adjust-mss is said: the lab clamps to ip mtu less 40");
  const said = segments.filter((mss) => mss !== null);
  const discovery = [left, right].map(({ tunnel, device }) =>
    tunnel === null ? device.dfBit?.value !== "clear" : tunnel.tunnelPmtud !== null,
  );
  if (discovery[0] !== discovery[1])
    assumptions.push("tunnel path-mtu-discovery is said at one end: the lab has it at both");
  const greKey = alike("the key", ({ tunnel }) => tunnel?.tunnelKey?.value ?? null);
  const tunnel: SharedTunnel = {
    ...(order !== "gre-over-ipsec" && { order }),
    ...(isProtected && declareCrypto(left, right, alike, reasons, assumptions)),
    ...(greKey !== null && { greKey }),
    ...(alike("the checksum", ({ tunnel }) => tunnel?.tunnelChecksum != null) && { greChecksum: true }),
    ...(alike("the sequence number", ({ tunnel }) => tunnel?.tunnelSequence != null) && { greSequence: true }),
    ...(ipMtuBytes !== null && { ipMtuBytes }),
    ...(said.length > 0 && { tcpMssBytes: Math.min(...said) }),
    ...(!discovery.includes(true) && { pathMtuDiscovery: false }),
    ...(order !== "ipsec" && { routing: declareRouting(left, right, reasons) }),
  };
  return { tunnel, reasons, assumptions };
}

/** IPsec alone has no device: what passes the inside is clamped there. */
function mssOf({ tunnel, device, sourceInterface }: IosEnd): number | null {
  if (tunnel) return tunnel.tcpMssBytes?.value ?? null;
  const inside = [...device.interfaces.values()].filter(({ name }) => name !== sourceInterface);
  return inside.flatMap(({ tcpMssBytes }) => tcpMssBytes?.value ?? [])[0] ?? null;
}

function undeclarable({ device, tunnel, protection, sourceInterface }: IosEnd): string[] {
  const mode = tunnel?.tunnelMode?.value ?? "gre";
  return [
    ...(mode === "gre"
      ? []
      : [
          `${tunnel?.name ?? ""} of ${device.name} is ${mode === "mgre" ? "multipoint GRE" : mode === "ipsec" ? "a virtual tunnel interface" : "no GRE over IPv4"}`,
        ]),
    ...(tunnel?.vrf || tunnel?.tunnelVrf ? [`${tunnel.name} of ${device.name} is in a VRF`] : []),
    ...(protection?.kind === "crypto-map" && protection.appliedTo.length === 0
      ? [`crypto map ${protection.map?.name ?? ""} of ${device.name} is applied to no interface`]
      : []),
    ...(sourceInterface?.startsWith("Loopback") ? [`the tunnel source of ${device.name} is ${sourceInterface}`] : []),
  ];
}

type Alike = <T>(what: string, of: (end: IosEnd) => T) => T;

function declareCrypto(
  left: IosEnd,
  right: IosEnd,
  alike: Alike,
  reasons: string[],
  assumptions: string[],
): SharedTunnel {
  const ikeVersion = alike("the version of IKE", ({ protection }) => protection?.ikeVersion ?? 1);
  const mode = alike("the mode", modeOfEnd);
  const [esp, other] = [espOfEnd(left), espOfEnd(right)];
  if (!esp || !other) reasons.push("a transform set is missing, or has what a lab has no word for");
  else if (JSON.stringify(esp) !== JSON.stringify(other))
    reasons.push("the transform sets that are offered first differ");
  const ike = ikeVersion === 1 ? commonPolicy(left, right) : commonProposal(left, right, assumptions);
  if (ike === null) reasons.push("there is no IKE proposal in common that a lab has words for");
  const pfs = [left, right].map(({ protection }) => protection?.profile.pfs != null);
  if (pfs[0] !== pfs[1]) reasons.push("perfect forward secrecy is asked for at one end");
  const espSeconds = Math.min(espLifetimeOf(left), espLifetimeOf(right));
  const ikeSeconds = Math.min(ikeLifetimeOf(left), ikeLifetimeOf(right));
  const isSites = left.order !== "gre-over-ipsec";
  const delaySeconds = dpdOf(left) ?? dpdOf(right);
  return {
    ...(esp && declareSuite(esp, ike ?? undefined)),
    ...(mode !== (isSites ? "tunnel" : "transport") && { mode }),
    ...(ikeVersion === 1 && { ikeVersion }),
    ...(ikeSeconds !== defaults.ikeSeconds && { ikeLifetimeSeconds: ikeSeconds }),
    ...(espSeconds !== defaults.espSeconds && { espLifetimeSeconds: espSeconds }),
    ...(pfs[0] && { perfectForwardSecrecy: true }),
    ...(delaySeconds !== undefined && delaySeconds !== defaults.dpdSeconds && { deadPeerDetection: { delaySeconds } }),
  };
}

/** After how many seconds the end asks whether its peer is there. */
function dpdOf({ device, protection }: IosEnd): number | undefined {
  const ikev2 = device.ikev2Profiles.get(protection?.profile.ikev2Profile?.value ?? "");
  return (protection?.ikeVersion === 2 ? (ikev2?.dpd ?? device.ikev2Dpd) : device.isakmpKeepalive)?.value;
}

/** A suite's name where both halves are its own. */
function declareSuite(esp: EspTransform, ike: IkeProposal | undefined): SharedTunnel {
  const isSame = (a: object, b: object): boolean =>
    JSON.stringify(Object.entries(a).toSorted()) === JSON.stringify(Object.entries(b).toSorted());
  const suite = suiteNames.find(
    (name) => isSame(suites[name].esp, esp) && ike !== undefined && isSame(suites[name].ike, ike),
  );
  if (suite) return { suite };
  const { keyBits, ...rest } = esp;
  return {
    esp: {
      encryption: rest.encryption,
      ...(rest.integrity !== "none" && { integrity: rest.integrity }),
      ...(keyBits !== null && { keyBits }),
    },
    ...(ike && {
      ike: {
        encryption: ike.encryption,
        ...(ike.keyBits !== null && { keyBits: ike.keyBits }),
        integrity: ike.integrity,
        dhGroup: ike.dhGroup,
      },
    }),
  };
}

function commonPolicy(left: IosEnd, right: IosEnd): IkeProposal | null {
  const theirs = right.device.isakmpPolicies.map(policyValues);
  const common = left.device.isakmpPolicies
    .toSorted((a, b) => a.priority - b.priority)
    .find((policy) => theirs.includes(policyValues(policy)));
  return common ? proposalOf(common) : null;
}

function proposalOf({ encryption, hash, group }: IsakmpPolicy): IkeProposal | null {
  const cipher = encryption?.value ?? { cipher: "des", bits: null };
  const integrity = ikeIntegrity(hash?.value ?? "sha");
  const dh = dhGroup(group?.value ?? 1);
  if (integrity === undefined || dh === undefined) return null;
  const keyBits = cipher.bits === 128 || cipher.bits === 192 || cipher.bits === 256 ? cipher.bits : null;
  return {
    encryption: cipher.cipher === "aes" ? "aes-cbc" : cipher.cipher === "3des" ? "3des-cbc" : "des-cbc",
    keyBits,
    integrity,
    dhGroup: dh,
  };
}

function commonProposal(left: IosEnd, right: IosEnd, assumptions: string[]): IkeProposal | null {
  const ofDevice = ({ device }: IosEnd): IkeProposal[] | undefined => {
    const named = [...device.ikev2Policies.values()].flatMap(({ proposals }) =>
      proposals.flatMap(({ value }) => device.ikev2Proposals.get(value) ?? []),
    );
    if (named.length === 0) return undefined;
    return named.flatMap(({ encryption, integrity, groups }) =>
      (encryption?.value ?? []).flatMap((cipherWord) =>
        (integrity?.value ?? []).flatMap((hashWord) =>
          (groups?.value ?? []).flatMap((group) => {
            const [cipher, hash, dh] = [ikev2Cipher(cipherWord), ikeIntegrity(hashWord), dhGroup(group)];
            return cipher && hash && dh ? [{ ...cipher, integrity: hash, dhGroup: dh }] : [];
          }),
        ),
      ),
    );
  };
  const [here, there] = [ofDevice(left), ofDevice(right)];
  if (!here || !there) {
    assumptions.push("IKEv2 proposals are the release's own: the lab takes AES-CBC-256, SHA-256, group 19");
    return suites["aes-gcm-16"].ike;
  }
  return here.find((a) => there.some((b) => JSON.stringify(a) === JSON.stringify(b))) ?? null;
}

function declareRouting(left: IosEnd, right: IosEnd, reasons: string[]): RoutingDeclaration {
  const [a, b] = [ospfOn(left), ospfOn(right)];
  if (a && b) {
    if (a.area !== b.area || a.hello !== b.hello || a.dead !== b.dead) reasons.push("OSPF differs at the two ends");
    if (a.network !== "point-to-point") reasons.push(`OSPF treats the tunnel as ${a.network}`);
    const area = Number(a.area);
    const deadDefault = a.hello * 4;
    const cost = left.tunnel?.ospf.cost?.value;
    const bfd = left.tunnel?.bfd?.value;
    if (cost !== right.tunnel?.ospf.cost?.value) reasons.push("OSPF's cost is not the same at both ends");
    return {
      protocol: "ospf",
      ...(area !== 0 && { area }),
      ...(a.hello !== 10 && { helloIntervalSeconds: a.hello }),
      ...(a.dead !== deadDefault && { deadIntervalSeconds: a.dead }),
      ...(cost !== undefined && { cost }),
      ...(left.tunnel?.ospf.bfd && bfd && { bfd }),
    };
  }
  if (speaksEigrp(left) && speaksEigrp(right)) return { protocol: "eigrp" };
  const [here, there] = [routeOver(left, right), routeOver(right, left)];
  if (!here || !there) return { protocol: "none" };
  if (here.distance !== there.distance) reasons.push("the distance of the static routes is not the same at both ends");
  return { protocol: "static", ...(here.distance !== null && here.distance !== 1 && { distance: here.distance }) };
}

/** A static route over the tunnel. */
export function routeOver({ device, tunnel }: IosEnd, far: IosEnd): IosRoute | undefined {
  const next = far.tunnel?.address?.value.address;
  return device.routes.find((route) => route.interface === tunnel?.name || (next !== undefined && route.via === next));
}

/** What is said of one end alone. */
export function declareEnd(end: IosEnd, router: string, outside: string): TunnelEndDeclaration {
  const { tunnel, protection } = end;
  const address = tunnel?.address?.value;
  return {
    router,
    interface: outside,
    ...(address && { address: `${address.address}/${address.prefixLength}` }),
    ...(tunnel?.address6 && { address6: tunnel.address6.value }),
    ...(protection?.kind === "crypto-map" && { protection: "crypto-map" as const }),
    ...(tunnel?.keepalive && { keepalive: tunnel.keepalive.value }),
  };
}

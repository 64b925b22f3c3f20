import type { Finding } from "../../../model/finding.ts";
import type { BfdModel, LinkModel, NodeModel, TunnelEndModel } from "../../../model/lab-model.ts";
import { transformWords } from "../crypto-words.ts";
import { iosRules } from "../rules/catalogue.ts";
import { versionOf, type IosRenderOptions } from "./render-options.ts";

/** What this release has no word for, or refuses. */
export function unsayable(node: NodeModel, end: TunnelEndModel, options: IosRenderOptions): Finding[] {
  if (end.order === "gre") return [];
  const { severity, why } = iosRules["ios/not-on-ios"];
  const fault = (field: string, what: string, fix: string): Finding => ({
    ruleId: "ios/not-on-ios",
    severity,
    why,
    what: `${what} (${node.name})`,
    where: `tunnels.${end.name}.${field}`,
    fix,
  });
  const isStrict = options.dialect === "xe" && (options.xeMinor ?? 9) >= 11;
  const release = `IOS-XE ${versionOf(options)}`;
  const { esp, ike } = end;
  const words = transformWords(esp);
  const bfd = node.ospf?.interfaces.find(({ name }) => name === end.name)?.bfd;
  const isWeakEsp =
    esp.encryption === "des-cbc" ||
    esp.encryption === "3des-cbc" ||
    esp.encryption === "null" ||
    esp.integrity === "md5-96";
  const isWeakIke = ike.encryption !== "aes-cbc" || ike.integrity === "md5";
  const isWeakGroup = ike.dhGroup === 1 || ike.dhGroup === 2 || ike.dhGroup === 5;
  return [
    ...(words === undefined
      ? [
          fault(
            "esp",
            `IOS has no transform for ${esp.encryption} with integrity ${esp.integrity}`,
            "declare aes-gcm-16, or aes-cbc with an integrity algorithm",
          ),
        ]
      : []),
    ...(isStrict && words !== undefined && isWeakEsp
      ? [fault("esp", `${release} refuses ${words}`, "declare aes-gcm-16, or aes-cbc with sha256-128")]
      : []),
    ...(isStrict && isWeakIke
      ? [
          fault(
            "ike",
            `${release} refuses ${ike.encryption} and ${ike.integrity} for IKE`,
            "declare aes-cbc and sha256",
          ),
        ]
      : []),
    ...(isStrict && isWeakGroup
      ? [fault("ike.dhGroup", `${release} refuses Diffie-Hellman group ${ike.dhGroup}`, "declare group 14 or more")]
      : []),
    ...(ike.dhGroup === 31
      ? [fault("ike.dhGroup", "IOS has no Diffie-Hellman group 31", "declare group 19, 20 or 21")]
      : []),
    ...(end.dpdDelaySeconds < 10
      ? [
          fault(
            "deadPeerDetection.delaySeconds",
            `IOS asks a peer after 10 s at the soonest: ${end.dpdDelaySeconds}`,
            "declare 10 or more",
          ),
        ]
      : []),
    ...(end.lineFollowsSa
      ? [
          fault(
            "deadPeerDetection.lineFollowsSa",
            "the line protocol of a GRE tunnel does not follow its SA on IOS",
            "leave lineFollowsSa out, and declare a routing protocol",
          ),
        ]
      : []),
    ...(bfd && isBfdUnsayable(bfd)
      ? [
          fault(
            "routing.bfd",
            `IOS has bfd interval 50 to 9999 and multiplier 3 to 50: ${bfd.intervalMs}, ${bfd.multiplier}`,
            "declare values that it has",
          ),
        ]
      : []),
    ...(end.ikeLifetimeSeconds > 86_400
      ? [
          fault(
            "ikeLifetimeSeconds",
            `IOS has no IKE lifetime of more than 86400 s: ${end.ikeLifetimeSeconds}`,
            "declare 86400 or less",
          ),
        ]
      : []),
    ...(end.tcpMssBytes > 1460 || end.tcpMssBytes < 500
      ? [fault("tcpMssBytes", `IOS has ip tcp adjust-mss from 500 to 1460: ${end.tcpMssBytes}`, "declare 1460 or less")]
      : []),
  ];
}

/** BFD is a link's only value that IOS has less of. */
export function unsayableLink({ segment, liveness }: LinkModel): Finding[] {
  const { severity, why } = iosRules["ios/not-on-ios"];
  return liveness.flatMap((way) =>
    way.kind === "bfd" && isBfdUnsayable(way)
      ? [
          {
            ruleId: "ios/not-on-ios",
            severity,
            why,
            what: `IOS has bfd interval 50 to 9999 and multiplier 3 to 50: ${way.intervalMs}, ${way.multiplier}`,
            where: `segments.${segment}.ospf.bfd`,
            fix: "declare values that it has",
          },
        ]
      : [],
  );
}

function isBfdUnsayable({ intervalMs, multiplier }: BfdModel): boolean {
  return intervalMs > 9999 || multiplier < 3 || multiplier > 50;
}

import type { TunnelDeclaration } from "../declaration.ts";
import type { Finding } from "../finding.ts";
import { resolveCrypto } from "../resolve-crypto.ts";
import { dhGroups, isAead } from "../suites.ts";
import { finding } from "./catalogue.ts";
import type { RuleContext } from "./context.ts";

/** Transforms that contradict themselves, and those that protect little. */
export function checkCrypto({ lab }: RuleContext): Finding[] {
  return Object.entries(lab.tunnels).flatMap(([name, tunnel]) => {
    const where = `tunnels.${name}`;
    return [...espFaults(tunnel, where), ...ikeVersionFaults(tunnel, where), ...weakness(tunnel, where)];
  });
}

function espFaults({ esp, suite }: TunnelDeclaration, where: string): Finding[] {
  const findings: Finding[] = [];
  if (!esp) return findings;
  if (suite !== undefined)
    findings.push(
      finding("suite/twice", {
        what: `both the suite ${suite} and an esp transform are given`,
        where: `${where}.suite`,
        fix: "leave out one of the two",
        seen: suite,
      }),
    );
  const integrity = esp.integrity ?? null;
  if (isAead(esp.encryption) && integrity !== null && integrity !== "none")
    findings.push(
      finding("esp/aead-with-integrity", {
        what: `${esp.encryption} is given the integrity algorithm ${integrity} as well`,
        where: `${where}.esp.integrity`,
        fix: "leave out esp.integrity, or take aes-cbc with it",
        seen: integrity,
        allowed: "none",
      }),
    );
  if (!isAead(esp.encryption) && integrity === "none")
    findings.push(
      finding("esp/integrity-missing", {
        what: `${esp.encryption} has no integrity algorithm`,
        where: `${where}.esp.integrity`,
        fix: "take sha256-128, or a combined-mode cipher such as aes-gcm-16",
        seen: "none",
        allowed: "sha1-96, sha256-128, sha384-192, sha512-256",
      }),
    );
  if (esp.keyBits !== undefined && !esp.encryption.startsWith("aes-"))
    findings.push(
      finding("esp/key-bits", {
        what: `${esp.encryption} is given a key of ${esp.keyBits} bits`,
        where: `${where}.esp.keyBits`,
        fix: "leave out esp.keyBits",
        seen: String(esp.keyBits),
      }),
    );
  return findings;
}

function ikeVersionFaults(tunnel: TunnelDeclaration, where: string): Finding[] {
  const { encryption } = resolveCrypto(tunnel).esp;
  if (encryption !== "chacha20-poly1305" || tunnel.ikeVersion !== 1) return [];
  return [
    finding("esp/ikev2-only", {
      what: `${encryption} cannot be negotiated by IKEv1`,
      where: `${where}.ikeVersion`,
      fix: "set ikeVersion to 2, or take the suite aes-gcm-16",
      seen: "1",
      allowed: "2",
    }),
  ];
}

function weakness(tunnel: TunnelDeclaration, where: string): Finding[] {
  const { esp, ike } = resolveCrypto(tunnel);
  const place = tunnel.esp ? `${where}.esp` : `${where}.suite`;
  const findings: Finding[] = [];
  if (esp.encryption === "3des-cbc" || esp.encryption === "des-cbc" || esp.integrity === "md5-96")
    findings.push(
      finding("esp/weak", {
        what: `${esp.encryption}${esp.integrity === "none" ? "" : ` with ${esp.integrity}`} is weak`,
        where: place,
        fix: "take the suite aes-gcm-16",
        seen: esp.encryption,
        allowed: "aes-gcm-16",
      }),
    );
  if (esp.encryption === "null")
    findings.push(
      finding("esp/no-encryption", {
        what: "ESP with NULL encryption: what the tunnel carries can be read on the way",
        where: place,
        fix: "take the suite aes-gcm-16",
        seen: "null",
        allowed: "aes-gcm-16",
      }),
    );
  if (dhGroups[ike.dhGroup].weak)
    findings.push(
      finding("ike/weak-group", {
        what: `Diffie-Hellman group ${ike.dhGroup} (${dhGroups[ike.dhGroup].name}) is weak`,
        where: tunnel.ike ? `${where}.ike.dhGroup` : place,
        fix: "take group 14 or higher",
        seen: String(ike.dhGroup),
        allowed: "14, 15, 16, 19, 20, 21, 31",
      }),
    );
  return findings;
}

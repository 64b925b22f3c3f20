/** For every rule a pair with that one fault, and where the finding must point. The goldens and the pages in docs/rules are made from these. */
import type { IosRuleId } from "../../../../dialects/ios/rules/catalogue.ts";
import { fixture, planted, type FixtureName } from "./fixtures.ts";

export interface IosRuleCase {
  readonly text: string;
  /** Router and line of the first finding of the rule. */
  readonly where: string;
  /** Other rules that the same fault breaks, of itself. */
  readonly also?: readonly IosRuleId[];
}

function plant(
  name: FixtureName,
  part: string,
  otherwise: string,
  where: string,
  also: readonly IosRuleId[] = [],
  which: "first" | "last" | "all" = "first",
): IosRuleCase {
  return { text: planted(name, part, otherwise, which), where, also };
}

/** The rules that judge texts; what only declaring and rendering tells is tested there. */
export const iosRuleCases: Readonly<
  Record<Exclude<IosRuleId, "ios/assumed" | "ios/not-declarable" | "ios/not-on-ios">, IosRuleCase>
> = {
  "ios/refused": plant("gre-keepalive", "tunnel key 42", "tunnel key forty-two", "R1 line 7", ["ios/tunnel-key"]),
  "ios/unknown": plant("gre-keepalive", " tunnel key 42\n", " tunnel key 42\n tunnel colour green\n", "R1 line 8"),
  "ios/stray-prompt": {
    text: planted("seed", "keepalive 20 3", "no keepalive"),
    where: "R2 line 78",
    also: [
      "ios/mode-mismatch",
      "ios/crypto-map-not-applied",
      "ios/acl-reversed",
      "ios/isakmp-default",
      "ios/psk-weak",
      "ios/weak-algorithm",
      "ios/source-unseen",
    ],
  },
  "ios/reference-missing": plant("classic-crypto-map", "match address 101", "match address 102", "HQ line 32"),
  "ios/crypto-map-not-applied": plant("classic-crypto-map", " crypto map OUTSIDE\n", "", "HQ line 29"),
  "ios/crypto-map-incomplete": plant("classic-crypto-map", " match address 101\n", "", "HQ line 29"),
  "ios/crypto-map-on-tunnel": plant("ipsec-over-gre", "172.16.0.1", "172.16.0.1", "R1 line 24"),
  "ios/acl-reversed": plant(
    "classic-crypto-map",
    "permit gre host 198.51.100.2 host 203.0.113.2",
    "permit gre host 203.0.113.2 host 198.51.100.2",
    "HQ line 60",
  ),
  "ios/acl-not-mirrored": plant(
    "nat-crypto-map",
    "access-list 101 permit ip 192.168.20.0 0.0.0.255 192.168.10.0 0.0.0.255",
    "access-list 101 permit ip 192.168.20.0 0.0.0.255 192.168.10.0 0.0.0.127",
    "R1 line 24",
    [],
  ),
  "ios/no-peer": { text: fixture("gre-keepalive").split("hostname R2")[0] ?? "", where: "R1 line 6" },
  "ios/peer-mismatch": plant(
    "tunnel-protection-ikev1",
    "tunnel destination 198.51.100.2",
    "tunnel destination 198.51.100.1",
    "R2 line 45",
    ["ios/psk-missing"],
  ),
  "ios/tunnel-subnet": plant(
    "tunnel-protection-ikev1",
    "ip address 172.16.0.2 255.255.255.252",
    "ip address 172.16.0.6 255.255.255.252",
    "R2 line 41",
  ),
  "ios/tunnel-key": plant("gre-keepalive", "tunnel key 42", "tunnel key 43", "R2 line 26"),
  "ios/tunnel-mode": plant("gre-keepalive", " tunnel key 42\n", " tunnel key 42\n tunnel mode ipip\n", "R1 line 8", [
    "ios/keepalive-unanswered",
  ]),
  "ios/psk-missing": plant(
    "classic-crypto-map",
    "crypto isakmp key Kq7vRz2mXw9tLp4sYb6n address 203.0.113.2\n",
    "",
    "HQ line 28",
  ),
  "ios/psk-mismatch": plant("classic-crypto-map", "Kq7vRz2mXw9tLp4sYb6n", "Kq7vRz2mXw9tLp4sYb6N", "BRANCH line 81"),
  "ios/psk-weak": plant("classic-crypto-map", "Kq7vRz2mXw9tLp4sYb6n", "cisco123", "HQ line 23", [], "all"),
  "ios/psk-for-all": plant(
    "classic-crypto-map",
    "Kq7vRz2mXw9tLp4sYb6n address 203.0.113.2",
    "Kq7vRz2mXw9tLp4sYb6n address 0.0.0.0",
    "HQ line 23",
  ),
  "ios/mode-mismatch": plant("classic-crypto-map", " mode transport\n", "", "HQ line 26"),
  "ios/suite-mismatch": plant(
    "classic-crypto-map",
    "esp-aes 256 esp-sha256-hmac",
    "esp-aes esp-sha256-hmac",
    "BRANCH line 84",
  ),
  "ios/ike-version-mismatch": plant("ikev2-profile", " set ikev2-profile IKE\n", "", "edge-1 line 28"),
  "ios/ike-proposal-mismatch": plant("classic-crypto-map", " group 14", " group 16", "BRANCH line 76"),
  "ios/pfs-mismatch": plant("tunnel-protection-ikev1", " set pfs group14\n", "", "R1 line 9"),
  "ios/lifetime-mismatch": plant("nat-crypto-map", " lifetime 28800\n", "", "R2 line 33"),
  "ios/protection-one-end": plant(
    "tunnel-protection-ikev1",
    " tunnel protection ipsec profile PROTECT\n",
    "",
    "R1 line 12",
  ),
  "ios/isakmp-default": plant("classic-crypto-map", " encr aes 256\n hash sha256\n", "", "HQ line 18", [], "all"),
  "ios/weak-algorithm": plant(
    "classic-crypto-map",
    "esp-aes 256 esp-sha256-hmac",
    "esp-3des esp-md5-hmac",
    "HQ line 26",
    [],
    "all",
  ),
  "ios/removed-algorithm": plant("ikev2-profile", " group 19", " group 5", "edge-1 line 7", [], "all"),
  "ios/ikev1": plant("classic-crypto-map", "HQ", "HQ", "HQ line 18"),
  "ios/keepalive-protection": plant(
    "tunnel-protection-ikev1",
    " tunnel source",
    " keepalive 10 3\n tunnel source",
    "R1 line 16",
  ),
  "ios/keepalive-unanswered": plant(
    "gre-keepalive",
    " tunnel key 42\n",
    " tunnel key 42\n ip verify unicast source reachable-via any\n",
    "R1 line 4",
  ),
  "ios/recursive-routing": plant(
    "tunnel-protection-ikev1",
    " network 192.168.20.0\n",
    " network 192.168.20.0\n network 203.0.113.0\n",
    "R2 line 54",
  ),
  "ios/no-route": plant("gre-keepalive", "ip route 0.0.0.0 0.0.0.0 203.0.113.1\n", "", "R2 line 25"),
  "ios/source-address": plant(
    "gre-keepalive",
    "tunnel source GigabitEthernet0/0",
    "tunnel source Loopback0",
    "R1 line 5",
    [],
  ),
  "ios/source-unseen": plant("seed", "keepalive 20 3", "no keepalive", "R1 line 54", [
    "ios/mode-mismatch",
    "ios/crypto-map-not-applied",
    "ios/acl-reversed",
    "ios/isakmp-default",
    "ios/psk-weak",
    "ios/weak-algorithm",
    "ios/stray-prompt",
  ]),
  "ios/interface-shutdown": plant(
    "gre-keepalive",
    " ip address 198.51.100.2 255.255.255.252\n",
    " ip address 198.51.100.2 255.255.255.252\n shutdown\n",
    "R1 line 10",
  ),
  "ios/ospf-mismatch": plant(
    "ikev2-profile",
    " tunnel source",
    " ip ospf hello-interval 5\n tunnel source",
    "edge-2 line 99",
  ),
  "ios/track-broken": plant("gre-keepalive", "ip sla schedule 1 life forever start-time now\n", "", "R1 line 14"),
  "ios/nat-before-crypto": plant(
    "nat-crypto-map",
    "access-list 110 deny ip 192.168.10.0 0.0.0.255 192.168.20.0 0.0.0.255\n",
    "",
    "R1 line 25",
  ),
  "ios/mtu-exceeds-path": plant("ikev2-profile", "ip mtu 1442", "ip mtu 1443", "edge-1 line 34", [], "all"),
  "ios/mtu-missing": plant("ikev2-profile", " ip mtu 1442\n", "", "edge-1 line 32", [], "all"),
  "ios/mtu-unequal": plant("classic-crypto-map", "ip mtu 1400", "ip mtu 1410", "HQ line 37"),
  "ios/mss-exceeds-mtu": plant("classic-crypto-map", "adjust-mss 1360", "adjust-mss 1380", "HQ line 38"),
  "ios/pmtud-icmp": plant("ikev2-profile", " 30 permit icmp any any packet-too-big\n", "", "edge-1 line 44"),
  "ios/acl-blocks-tunnel": plant(
    "ikev2-profile",
    " 20 permit esp host 203.0.113.2 host 198.51.100.2\n",
    "",
    "edge-1 line 44",
  ),
};

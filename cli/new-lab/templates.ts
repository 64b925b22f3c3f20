/** What a lab of one's own begins as: two sites, one provider, one tunnel. */
import type { LabDeclaration, TunnelDeclaration } from "../../model/declaration.ts";

interface Template {
  /** One line of help. */
  readonly title: string;
  readonly tunnel: Partial<TunnelDeclaration>;
}

const ospf = { protocol: "ospf", helloIntervalSeconds: 1, deadIntervalSeconds: 4 } as const;

/** By the word of `--template`. */
export const templates = {
  "gre-over-ipsec": {
    title: "GRE in ESP transport mode (AES-GCM-16, IKEv2), OSPF over it",
    tunnel: { order: "gre-over-ipsec", suite: "aes-gcm-16", mode: "transport", ikeVersion: 2, routing: ospf },
  },
  "ipsec-over-gre": {
    title: "ESP in GRE: the sites' packets are protected, the routers' own are not",
    tunnel: { order: "ipsec-over-gre", suite: "aes-gcm-16", mode: "tunnel", ikeVersion: 2, routing: ospf },
  },
  gre: { title: "GRE alone, in clear, OSPF over it", tunnel: { order: "gre", routing: ospf } },
} as const satisfies Readonly<Record<string, Template>>;

export type TemplateName = keyof typeof templates;

/** The template as a declaration under this name. */
export function declarationOf(lab: string, template: TemplateName): LabDeclaration {
  const { tunnel } = templates[template];
  const protection = tunnel.order === "ipsec-over-gre" ? { protection: "crypto-map" as const } : {};
  return {
    name: lab,
    segments: { "isp-left": {}, "isp-right": {}, "r1-inside": {}, "r2-inside": {} },
    nodes: {
      isp: {
        role: "transit",
        interfaces: {
          eth0: { segment: "isp-left", address: "198.51.100.1/30" },
          eth1: { segment: "isp-right", address: "203.0.113.1/30" },
        },
        routes: [],
      },
      ...site(1, "isp-left", "198.51.100"),
      ...site(2, "isp-right", "203.0.113"),
    },
    tunnels: {
      tunnel0: {
        left: { router: "r1", interface: "eth0", address: "172.16.0.1/30", ...protection },
        right: { router: "r2", interface: "eth0", address: "172.16.0.2/30", ...protection },
        ...tunnel,
      },
    },
  };
}

/** A router with a host behind it; `link` is the first three octets of a network whose .1 is the provider's. */
function site(number: 1 | 2, segment: string, link: string): LabDeclaration["nodes"] {
  const [inside, lan] = [`r${number}-inside`, `192.168.${number}0`];
  return {
    [`r${number}`]: {
      role: "router",
      interfaces: {
        eth0: { segment, address: `${link}.2/30` },
        eth1: { segment: inside, address: `${lan}.1/24` },
      },
      routes: defaultBy(`${link}.1`),
    },
    [`h${number}`]: {
      role: "host",
      interfaces: { eth0: { segment: inside, address: `${lan}.10/24` } },
      routes: defaultBy(`${lan}.1`),
    },
  };
}

const defaultBy = (via: string) => [{ destination: "0.0.0.0/0", via }];

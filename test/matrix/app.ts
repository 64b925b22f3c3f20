/** One lab of the matrix: app.ts LAB TUNNEL-AS-JSON [nat]. The ip mtu is left out, so that the largest that fits is what is proved. */
import { App } from "cdktf";
import { join, resolve } from "node:path";
import {
  GreIpsecTunnel,
  Host,
  IpsecTunnel,
  Lab,
  Router,
  Wan,
  type GreIpsecTunnelProps,
} from "../../constructs/index.ts";
import type { TunnelDeclaration } from "../../model/declaration.ts";

const [name = "", json = "{}", nat] = process.argv.slice(2);
const { order, mode, ...tunnel } = JSON.parse(json) as Pick<TunnelDeclaration, "order" | "mode"> &
  Pick<GreIpsecTunnelProps, "suite" | "esp" | "ikeVersion" | "greKey" | "greChecksum" | "greSequence">;
// Where IPsec selects packets of the sites, its policies name their IPv4 networks.
const hasIpv6 = order === undefined || order === "gre";
const ipv6 = <const Props extends object>(props: Props): Partial<Props> => (hasIpv6 ? props : {});

const app = new App({ outdir: join(resolve(".tunnelwright"), `stacks-of-${name}`) });
const lab = new Lab(app, name);
const isp = new Wan(lab, "isp", {
  left: "198.51.100.1/30",
  right: "203.0.113.1/30",
  ...(nat === "nat" && { natForLeft: "198.51.100.2" }),
});
const r1 = new Router(lab, "r1", {
  transit: isp.left,
  outside: "198.51.100.2/30",
  inside: "192.168.10.1/24",
  ...ipv6({ inside6: "2001:db8:10::1/64" }),
});
const r2 = new Router(lab, "r2", {
  transit: isp.right,
  outside: "203.0.113.2/30",
  inside: "192.168.20.1/24",
  ...ipv6({ inside6: "2001:db8:20::1/64" }),
});
new Host(lab, "h1", { behind: r1, address: "192.168.10.10/24", ...ipv6({ address6: "2001:db8:10::10/64" }) });
new Host(lab, "h2", { behind: r2, address: "192.168.20.10/24", ...ipv6({ address6: "2001:db8:20::10/64" }) });
if (order === "ipsec") new IpsecTunnel(lab, "tunnel0", { left: r1, right: r2, ...tunnel });
else
  new GreIpsecTunnel(lab, "tunnel0", {
    left: r1,
    right: r2,
    leftAddress: "172.16.0.1/30",
    rightAddress: "172.16.0.2/30",
    ...ipv6({ leftAddress6: "2001:db8:0:1::1/64", rightAddress6: "2001:db8:0:1::2/64" }),
    ...tunnel,
    ...(order && { order }),
    ...(mode && { mode }),
    // Every row has another ip mtu, and OSPF would begin anew with each; it proves nothing about sizes.
    routing: { protocol: "static" },
  });
app.synth();

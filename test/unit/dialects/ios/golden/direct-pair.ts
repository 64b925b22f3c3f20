import type { App } from "cdktf";
import { GreIpsecTunnel, Host, Lab, Router, Segment } from "../../../../../constructs/index.ts";

/** The lab imported. */
export function imported(app: App): Lab {
  const lab = new Lab(app, "imported");
  const between = new Segment(lab, "between");
  const r1 = new Router(lab, "r1", { transit: between, outside: "198.51.100.2/30", inside: "192.168.10.1/24" });
  const r2 = new Router(lab, "r2", { transit: between, outside: "198.51.100.1/30", inside: "192.168.20.1/24" });
  new Host(lab, "h1", { behind: r1, address: "192.168.10.10/24" });
  new Host(lab, "h2", { behind: r2, address: "192.168.20.10/24" });
  new GreIpsecTunnel(lab, "tunnel0", {
    left: r1,
    leftAddress: "172.16.0.1/30",
    right: r2,
    rightAddress: "172.16.0.2/30",
    esp: { encryption: "aes-cbc", integrity: "sha1-96", keyBits: 128 },
    ike: { encryption: "aes-cbc", keyBits: 128, integrity: "sha1", dhGroup: 14 },
    ikeVersion: 1,
    perfectForwardSecrecy: true,
    ipMtuBytes: 1400,
    tcpMssBytes: 1360,
    routing: { protocol: "none" },
    pathMtuDiscovery: false,
  });
  return lab;
}

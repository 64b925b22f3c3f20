// Topology   h1 - r1 - isp - r2 - h2, GRE in ESP transport mode (AES-CBC, SHA-256, IKEv1) between r1 and r2, static routes over the tunnel.
// Shows      the twin of the seed's transcript: what `tunnelwright fix` mends of it and `import --typescript` declares (docs/ios.md).
// You see    in the demo the running pair made what the transcript says, fault by fault, and mended again (docs/seed.md).
// Takes      about half a minute on two cores; the demo two minutes.
import type { App } from "cdktf";
import { GreIpsecTunnel, Host, Lab, Router, Wan } from "../constructs/index.ts";

/** The lab seed-as-written. */
export function seedAsWritten(app: App): Lab {
  const lab = new Lab(app, "seed-as-written");
  const isp = new Wan(lab, "isp", { left: "9.1.1.145/30", right: "9.1.1.33/29" });
  const r1 = new Router(lab, "r1", { transit: isp.left, outside: "9.1.1.146/30", inside: "192.168.10.1/24" });
  const r2 = new Router(lab, "r2", { transit: isp.right, outside: "9.1.1.35/29", inside: "192.168.20.1/24" });
  new Host(lab, "h1", { behind: r1, address: "192.168.10.10/24" });
  new Host(lab, "h2", { behind: r2, address: "192.168.20.10/24" });
  new GreIpsecTunnel(lab, "tunnel0", {
    left: r1,
    leftAddress: "192.168.1.1/24",
    right: r2,
    rightAddress: "192.168.1.2/24",
    rightProtection: "crypto-map",
    esp: { encryption: "aes-cbc", integrity: "sha256-128", keyBits: 256 },
    ike: { encryption: "aes-cbc", keyBits: 256, integrity: "sha256", dhGroup: 14 },
    ikeVersion: 1,
    ipMtuBytes: 1400,
    tcpMssBytes: 1360,
    routing: { protocol: "static" },
  });
  return lab;
}

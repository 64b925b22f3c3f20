/** Two sites and a tunnel, for the bench of throughput: NAME SUITE; the suite `gre` is none. */
import { App } from "cdktf";
import { join, resolve } from "node:path";
import { GreIpsecTunnel, Host, Lab, Router, Wan, type GreIpsecTunnelProps } from "../constructs/index.ts";

const [name = "", suite = ""] = process.argv.slice(2);
const app = new App({ outdir: join(resolve(".tunnelwright"), `stacks-of-${name}`) });
const lab = new Lab(app, name, { verify: false });
const isp = new Wan(lab, "isp", { left: "198.51.100.1/30", right: "203.0.113.1/30" });
const r1 = new Router(lab, "r1", { transit: isp.left, outside: "198.51.100.2/30", inside: "192.168.10.1/24" });
const r2 = new Router(lab, "r2", { transit: isp.right, outside: "203.0.113.2/30", inside: "192.168.20.1/24" });
new Host(lab, "h1", { behind: r1, address: "192.168.10.10/24" });
new Host(lab, "h2", { behind: r2, address: "192.168.20.10/24" });
new GreIpsecTunnel(lab, "tunnel0", {
  left: r1,
  right: r2,
  leftAddress: "172.16.0.1/30",
  rightAddress: "172.16.0.2/30",
  ...(suite === "gre"
    ? { order: "gre" as const }
    : { suite: suite as NonNullable<GreIpsecTunnelProps["suite"]>, mode: "transport" as const }),
  routing: { protocol: "ospf", helloIntervalSeconds: 1, deadIntervalSeconds: 4 },
});
app.synth();

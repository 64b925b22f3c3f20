import { describe, expect, test } from "vitest";
import { renderNode } from "../../../dialects/index.ts";
import type { NodeModel } from "../../../model/lab-model.ts";
import type { NodeTexts } from "../../../model/plan-document.ts";
import { nodes as aesCbcSha512Static } from "../../cases/aes-cbc-sha512-static/model.ts";
import { nodes as failover } from "../../cases/failover/model.ts";
import { nodes as chacha20 } from "../../cases/chacha20/model.ts";
import { nodes as greOverIpsec } from "../../cases/gre-over-ipsec/model.ts";
import { nodes as nullSha256 } from "../../cases/null-sha256/model.ts";
import { nodes as seed3desIkev1 } from "../../cases/seed-3des-ikev1/model.ts";

const cases: Record<string, readonly NodeModel[]> = {
  "gre-over-ipsec": greOverIpsec,
  "seed-3des-ikev1": seed3desIkev1,
  "aes-cbc-sha512-static": aesCbcSha512Static,
  chacha20,
  "null-sha256": nullSha256,
  failover,
};

const fileNames: Record<keyof NodeTexts, string> = {
  sysctl: "sysctl.conf",
  firewall: "iptables.rules",
  interfaces: "ip.batch",
  ipsec: "swanctl.conf",
  ipsecSecrets: "swanctl-secrets.conf",
  routing: "frr.conf",
  keepalive: "keepalive.conf",
};

const rows = Object.entries(cases).flatMap(([name, nodes]) => nodes.map((node) => [name, node.name, node] as const));

describe("renders the texts beside the case", () => {
  test.each(rows)("%s: %s", async (name, nodeName, node) => {
    const texts = renderNode(node);
    for (const [section, fileName] of Object.entries(fileNames)) {
      const text = texts[section as keyof NodeTexts];
      if (text !== "") await expect(text).toMatchFileSnapshot(`../../cases/${name}/${nodeName}.${fileName}`);
    }
  });
});

test("a host and a transit have interfaces and sysctl, and nothing else", () => {
  for (const node of greOverIpsec.filter(({ role }) => role !== "router")) {
    const { interfaces, sysctl, ...others } = renderNode(node);
    expect(interfaces).not.toBe("");
    expect(sysctl).toContain(`net.ipv4.ip_forward = ${node.role === "host" ? 0 : 1}\n`);
    expect(Object.values(others).join("")).toBe("");
  }
});

test("a router without tunnels still names every chain of ours, so that a push empties them", () => {
  const [router] = greOverIpsec;
  const { firewall, ipsec, ipsecSecrets } = renderNode({ ...router!, tunnels: [] });
  expect(firewall).toBe(
    "*filter\n:TW-FORWARD - [0:0]\n:TW-INPUT - [0:0]\n:TW-OUTPUT - [0:0]\nCOMMIT\n*mangle\n:TW-FORWARD - [0:0]\nCOMMIT\n",
  );
  expect(ipsec + ipsecSecrets).toBe("");
});

test("every text ends in a newline and holds no key", () => {
  for (const text of rows.flatMap(([, , node]) => Object.values(renderNode(node)) as string[]))
    if (text !== "") expect(text.at(-1)).toBe("\n");
});

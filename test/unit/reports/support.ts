/** Runs to render: a lab of two routers as the checks report it. */
import { worstVerdict, type CheckResult, type Fact, type RunResult } from "../../../model/run-result.ts";

export const fact = (quantity: string, predicted: string, measured: string, unit = ""): Fact => ({
  quantity,
  unit,
  predicted,
  measured,
  agrees: predicted === measured,
});

export const check = (over: Partial<CheckResult> & Pick<CheckResult, "id" | "title">): CheckResult => ({
  kind: over.id.split("/")[1] ?? "",
  verdict: "pass",
  summary: "",
  blockedBy: [],
  facts: [],
  lookAt: [],
  settle: { name: "none", timeoutMs: 0 },
  evidence: [],
  durationMs: 420,
  ...over,
});

export const run = (checks: readonly CheckResult[], over: Partial<RunResult> = {}): RunResult => ({
  format: "tunnelwright-run/1",
  lab: "gre-over-ipsec",
  planSha256: "c9beb376144f811b99e8ad505fbdc6bee3dec78536516e63742a00f96ed70b83",
  startedAt: "2026-11-23T22:56:24.122Z",
  durationMs: 8363,
  verdict: worstVerdict(checks.map((one) => one.verdict)),
  kernels: { isp: "linux 6.1.176", r1: "uml 6.1.176", r2: "uml 6.1.176" },
  checks: [...checks],
  ...over,
});

const underlay = check({
  id: "tunnel0/underlay",
  title: "outer addresses of r1 and r2 reach one another",
  summary: "198.51.100.2 and 203.0.113.2 answer one another",
  facts: [
    fact("echo r1 → 203.0.113.2", "answered", "answered"),
    fact("echo r2 → 198.51.100.2", "answered", "answered"),
  ],
  evidence: [
    {
      node: "r1",
      command: ["ping", "-n", "-M", "do", "-c", "1", "203.0.113.2"],
      output:
        "PING 203.0.113.2 (203.0.113.2) 56(84) bytes of data.\n64 bytes from 203.0.113.2: icmp_seq=1 ttl=63 time=0.421 ms\n",
      exitCode: 0,
      file: null,
    },
    { node: "r1", command: ["vtysh", "-c", "show ip ospf neighbor"], output: "", exitCode: 1, file: null },
  ],
});
const childSa = check({
  id: "tunnel0/child-sa",
  title: "CHILD SA between r1 and r2",
  summary: "installed on both routers with what was asked for",
  facts: [
    fact("ESP proposal on r1", "aes-gcm-16 256", "aes-gcm-16 256"),
    fact("mode on r1", "transport", "transport"),
    fact(
      "traffic selectors on r1",
      "198.51.100.2/32[gre] === 203.0.113.2/32[gre]",
      "198.51.100.2/32[gre] === 203.0.113.2/32[gre]",
    ),
  ],
});
const ospf = check({
  id: "tunnel0/ospf-full",
  title: "OSPF neighbours over tunnel0",
  summary: "r1 and r2 are Full",
  settle: { name: "ospf", timeoutMs: 45_000 },
});
const pathMtu = check({
  id: "tunnel0/path-mtu",
  title: "tunnel MTU between h1 and h2",
  summary: "1442 bytes pass, 1443 bytes with DF are answered by r1 with fragmentation needed",
  facts: [
    fact("tunnel ip mtu h1 → h2", "1442", "1442", "bytes"),
    fact("tunnel ip mtu h2 → h1", "1442", "1442", "bytes"),
    fact("tcp mss h1 → h2", "1402", "1402", "bytes"),
  ],
});
const wire = check({
  id: "tunnel0/wire",
  title: "packets on the wire at isp",
  summary: "30 ESP packets, 0 IKE, 0 ICMP, nothing else; every size as predicted",
  facts: [
    fact("1442 bytes inside, on the wire r1 → r2", "1500", "1500", "bytes"),
    fact("GRE in clear on the transit", "0", "0", "packets"),
  ],
  settle: { name: "packets", timeoutMs: 20_000 },
  evidence: [
    {
      node: "isp",
      command: ["tcpdump", "-i", "eth1", "-w", "-"],
      output: "5172 bytes captured\n",
      exitCode: 0,
      file: "2026-11-23T225624.122Z/tunnel0-wire-isp-0.pcap",
    },
  ],
});

export const passed = run([underlay, childSa, ospf, pathMtu, wire]);

export const failed = run([
  underlay,
  childSa,
  {
    ...ospf,
    durationMs: 65_000,
    verdict: "fail",
    summary: "r1 sees 10.0.12.2 in ExStart",
    lookAt: [
      "`show ip ospf neighbor` on both routers: ExStart stays where the MTU differs",
      "`ip -br link` on both routers",
    ],
  },
  {
    ...pathMtu,
    verdict: "fail",
    summary:
      "1415 bytes with DF left h1 and nobody answered: the router that should say fragmentation needed is silent",
    facts: [
      fact("tunnel ip mtu h1 → h2", "1442", "1414", "bytes"),
      fact("tunnel ip mtu h2 → h1", "1442", "-", "bytes"),
      fact("tcp mss h1 → h2", "1402", "1402", "bytes"),
      fact("sizes on the wire r1 → r2", "88 596 1500", "88 596 1472 1474 1476 1478 1480", "bytes"),
    ],
    lookAt: ["`ip -br link` on both routers"],
  },
  wire,
]);

export const blocked = run([
  {
    ...underlay,
    verdict: "fail",
    summary: "203.0.113.2 does not answer r1",
    facts: [fact("echo r1 → 203.0.113.2", "answered", "silent")],
  },
  { ...childSa, verdict: "unknown", summary: "not looked at", blockedBy: ["tunnel0/underlay"], facts: [] },
  {
    ...ospf,
    verdict: "unknown",
    summary: "vtysh on r2 did not answer within 10 s",
    lookAt: ["the container's log: `docker logs tunnelwright-gre-over-ipsec-r2`"],
  },
  {
    ...wire,
    verdict: "unknown",
    summary: "not looked at",
    blockedBy: ["tunnel0/underlay", "tunnel0/child-sa", "tunnel0/ospf-full"],
    facts: [],
  },
]);

/** As `judgeFacts` tells it: each fact that disagrees, then what the check has to add; about 400 characters. */
export const wordy = run([
  {
    ...pathMtu,
    verdict: "fail",
    summary: [
      "1442 bytes with DF h2 → h1: silent instead of answered",
      "tunnel MTU told for 1443 bytes h2 → h1: 1414 instead of 1442 bytes",
      "who refuses h2 → h1: 198.51.100.1 instead of 192.168.20.1",
      "198.51.100.1 is on the transit, outside the tunnel: the packet had left r2 in ESP already and was refused there, so that r2 learned a smaller path MTU than its interfaces have",
      "1443 bytes with DF h1 → h2 were refused as predicted",
    ].join("; "),
    facts: [
      fact("1442 bytes with DF h2 → h1", "answered", "silent"),
      fact("tunnel MTU told for 1443 bytes h1 → h2", "1442", "1442", "bytes"),
      fact("tunnel MTU told for 1443 bytes h2 → h1", "1442", "1414", "bytes"),
      fact("who refuses h2 → h1", "192.168.20.1", "198.51.100.1"),
      fact("ESP cipher at r1", "AES_GCM_16-256", "AES_GCM_16-256"),
    ],
    lookAt: [
      "`ip route get HOST` on the sending host: has it learned an MTU?",
      "`ip route show cache` on both routers",
    ],
  },
]);

export const empty = run([], { durationMs: 0, kernels: {} });

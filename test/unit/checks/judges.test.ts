import { describe, expect, test } from "vitest";
import { childSa } from "../../../checks/child-sa.ts";
import { clocks } from "../../../checks/clocks.ts";
import { endsAgree } from "../../../checks/ends-agree.ts";
import { failClosedDrill } from "../../../checks/fail-closed-drill.ts";
import { failClosed } from "../../../checks/fail-closed.ts";
import { icmp } from "../../../checks/icmp.ts";
import { ikeSa } from "../../../checks/ike-sa.ts";
import { ipv6 } from "../../../checks/ipv6.ts";
import { keepalive } from "../../../checks/keepalive.ts";
import { linksFull } from "../../../checks/links-full.ts";
import { ospfFull } from "../../../checks/ospf-full.ts";
import { pathMtu } from "../../../checks/path-mtu.ts";
import { siteRoutes } from "../../../checks/site-routes.ts";
import { tcpMss } from "../../../checks/tcp-mss.ts";
import { tunnelUp } from "../../../checks/tunnel-up.ts";
import { underlay } from "../../../checks/underlay.ts";
import { wire } from "../../../checks/wire.ts";
import type { EchoResult } from "../../../checks/ping.ts";
import { judges, wrong, type Observed } from "./hold-judge.ts";
import * as sample from "./samples.ts";
import { ScriptedLab } from "./scripted-lab.ts";
import { VirtualClock } from "./virtual-clock.ts";

const tunnel = sample.plannedTunnel();
/** The same change at one side and the other. */
const bothSides = ["left", "right"] as const;
const routerOf = { left: "r1", right: "r2" } as const;

describe("underlay", () => {
  const reached = { echo: sample.answered, tcpAnswered: null };
  const silent = (echo: EchoResult = sample.unanswered(), tcpAnswered: boolean | null = false) => ({
    echo,
    tcpAnswered,
  });
  const sound: Observed<typeof underlay> = { left: reached, right: reached };
  judges(underlay, sound, "198.51.100.2 and 203.0.113.2 reach one another", [
    ["no answer from the left", { ...sound, left: silent() }, { "r1 → 203.0.113.2": "no answer" }],
    [
      "the transit answers instead",
      {
        ...sound,
        right: silent(
          sample.unanswered({
            kind: "icmp-error",
            from: "203.0.113.1",
            sequence: 1,
            text: "Destination Host Unreachable",
          }),
        ),
      },
      { "r2 → 198.51.100.2": "Destination Host Unreachable, from 203.0.113.1" },
    ],
    [
      "no route",
      { ...sound, left: silent(sample.unanswered({ kind: "local-error", text: "Network is unreachable" })) },
      { "r1 → 203.0.113.2": "Network is unreachable" },
    ],
    [
      "ping did not send",
      { ...sound, left: silent({ ...sample.unanswered(), transmittedCount: 0 }) },
      { "r1 → 203.0.113.2": "not sent" },
    ],
    [
      "one of three lost",
      { ...sound, left: silent({ ...sample.answered, wantedCount: 3, transmittedCount: 3, receivedCount: 2 }) },
      { "r1 → 203.0.113.2": "no answer" },
    ],
  ]);

  test("an answer by TCP is an answer where ICMP is filtered", () => {
    expect(underlay.judge(tunnel, { ...sound, left: silent(sample.unanswered(), true) }).verdict).toBe("pass");
  });
});

describe("icmp", () => {
  const sound: Observed<typeof icmp> = { left: sample.answered, right: sample.answered };
  judges(icmp, sound, "echo requests and replies pass, both ways", [
    ["filtered from the left", { ...sound, left: sample.unanswered() }, { "echo r1 → 203.0.113.2": "no answer" }],
    ["filtered from the right", { ...sound, right: sample.unanswered() }, { "echo r2 → 198.51.100.2": "no answer" }],
  ]);
});

describe("clocks", () => {
  const sound: Observed<typeof clocks> = { left: 0.2, right: -4.9 };
  judges(clocks, sound, "both tell the time of this machine", [
    ["a day ahead", { ...sound, left: 86_400 }, { "clock of r1": "86400 s ahead" }],
    ["behind", { ...sound, right: -6.2 }, { "clock of r2": "6 s behind" }],
  ]);

  test("a clock that tells nothing is far off", () => {
    expect(clocks.judge(tunnel, { ...sound, left: Number.NaN }).verdict).toBe("fail");
  });
});

describe("fail-closed", () => {
  const places = ["in", "out", "past in", "past out"] as const;
  const guard = places.map(() => "in force");
  const sound: Observed<typeof failClosed> = { guards: { left: guard, right: guard }, clear: "0" };
  const absent = (side: "left" | "right", place: (typeof places)[number], seen = "absent") => ({
    ...sound,
    guards: { ...sound.guards, [side]: places.map((each) => (each === place ? seen : "in force")) },
  });
  const [site1, site2] = ["192.168.10.0/24", "192.168.20.0/24"];
  judges(failClosed, sound, "unprotected GRE is dropped at both ends, none was seen", [
    ["no drop out", absent("left", "out"), { "drop of unprotected GRE out at r1": "absent" }],
    ["no drop in", absent("left", "in"), { "drop of unprotected GRE in at r1": "absent" }],
    ["no drop out at the right", absent("right", "out"), { "drop of unprotected GRE out at r2": "absent" }],
    [
      "something before it",
      absent("right", "in", "overruled by -A INPUT -j ACCEPT"),
      { "drop of unprotected GRE in at r2": "overruled by -A INPUT -j ACCEPT" },
    ],
    [
      "r1 lets by what comes past the tunnel",
      absent("left", "past in"),
      { [`drop past the tunnel of ${site2} → ${site1} in at r1`]: "absent" },
    ],
    [
      "r1 sends past the tunnel",
      absent("left", "past out"),
      { [`drop past the tunnel of ${site1} → ${site2} out at r1`]: "absent" },
    ],
    [
      "r2 lets by what comes past the tunnel",
      absent("right", "past in"),
      { [`drop past the tunnel of ${site1} → ${site2} in at r2`]: "absent" },
    ],
    [
      "r2 sends past the tunnel",
      absent("right", "past out"),
      { [`drop past the tunnel of ${site2} → ${site1} out at r2`]: "absent" },
    ],
    ["GRE in clear", { ...sound, clear: "3" }, { "GRE in clear on the transit": "3" }],
    [
      "records that could not be read",
      { ...sound, clear: "0, 1 unreadable" },
      { "GRE in clear on the transit": "0, 1 unreadable" },
    ],
  ]);

  test("without a transit the guards alone are judged", () => {
    expect(failClosed.judge(tunnel, { ...sound, clear: null }).facts).toHaveLength(8);
  });
});

describe("ends-agree", () => {
  const end = (side: "left" | "right") => ({
    connection: sample.connection(side),
    sas: [sample.ikeSa(side)],
    link: sample.link({ gre: sample.gre() }),
  });
  const sound: Observed<typeof endsAgree> = { left: end("left"), right: end("right") };
  const right = (change: Partial<(typeof sound)["right"]>) => ({ ...sound, right: { ...sound.right, ...change } });
  const child = (change: Parameters<typeof sample.childSa>[1]) =>
    right({ sas: [sample.ikeSa("right", { children: [sample.childSa("right", change)] })] });
  judges(endsAgree, sound, "r1 and r2 hold the same tunnel, its keys are fresh", [
    [
      "IKEv1 at one",
      right({ connection: { ...sample.connection("right"), version: "IKEv1" } }),
      { "IKE version told at r1 and r2": "IKEv2 / IKEv1" },
    ],
    [
      "tunnel mode told at one",
      right({ connection: sample.connection("right", { mode: "tunnel" }) }),
      { "mode told at r1 and r2": "transport / tunnel" },
    ],
    [
      "an ACL that does not mirror the other",
      right({ connection: sample.connection("right", { localSelectors: ["203.0.113.9/32[gre]"] }) }),
      {
        "selectors, mirrored, at r1 and r2":
          "198.51.100.2/32[gre] → 203.0.113.2/32[gre] / 198.51.100.2/32[gre] → 203.0.113.9/32[gre]",
      },
    ],
    [
      "another ip mtu",
      right({ link: sample.link({ mtuBytes: 1400, gre: sample.gre() }) }),
      { "ip mtu at r1 and r2": "1442 / 1400" },
    ],
    [
      "a GRE key at one",
      right({ link: sample.link({ gre: sample.gre({ key: 7 }) }) }),
      { "GRE key at r1 and r2": "no key / 7" },
    ],
    [
      "tunnel mode installed at one",
      child({ mode: "tunnel" }),
      { "mode installed at r1 and r2": "transport / tunnel" },
    ],
    [
      "another cipher installed at one",
      child({ encryption: "AES_CBC", integrity: "HMAC_SHA1_96" }),
      { "suite installed at r1 and r2": "AES_GCM_16-256 / AES_CBC-256 HMAC_SHA1_96" },
    ],
    ["halves of two SAs, outward", child({ spiIn: "c0000009" }), { "SPI r1 → r2 at r1 and r2": "c0000002 / c0000009" }],
    ["halves of two SAs, inward", child({ spiOut: "c0000008" }), { "SPI r2 → r1 at r1 and r2": "c0000001 / c0000008" }],
    ["keys past their life", child({ ageSeconds: 3600 }), { "age of the keys at r2": "3600" }],
    [
      "keys past their life at the left",
      {
        ...sound,
        left: {
          ...sound.left,
          sas: [sample.ikeSa("left", { children: [sample.childSa("left", { ageSeconds: 9999 })] })],
        },
      },
      { "age of the keys at r1": "9999" },
    ],
  ]);

  test("without a CHILD SA in common they do not agree", () => {
    expect(wrong(endsAgree.judge(tunnel, right({ sas: [] })))).toEqual({ "CHILD SA of r1 and r2": "none in common" });
  });

  test("two ends that know nothing are not equal", () => {
    const nothing = { connection: null, sas: null, link: undefined };
    const judged = wrong(endsAgree.judge(tunnel, { left: nothing, right: nothing }));
    expect(judged).toMatchObject({ "mode told at r1 and r2": "none / none", "ip mtu at r1 and r2": "none / none" });
  });
});

describe("tcp-mss", () => {
  const [h1, h2] = ["192.168.10.10", "192.168.20.10"] as const;
  const segment = (source: string, answer: boolean, mssBytes: number | null) => ({ source, answer, mssBytes });
  const sound: Observed<typeof tcpMss> = {
    atLeft: [segment(h1, false, 1460), segment(h2, true, 1402), segment(h2, false, 1402), segment(h1, true, 1460)],
    atRight: [segment(h1, false, 1402), segment(h2, true, 1460), segment(h2, false, 1460), segment(h1, true, 1402)],
  };
  const change = (side: "atLeft" | "atRight", index: number, mssBytes: number | null) => ({
    ...sound,
    [side]: sound[side].map((one, at) => (at === index ? { ...one, mssBytes } : one)),
  });
  judges(tcpMss, sound, "1402 in every SYN and SYN-ACK that came through the tunnel", [
    ["offers less", change("atLeft", 0, 1402), { "MSS in SYN h1 → h2 as it leaves": "1402" }],
    ["is not clamped", change("atRight", 0, 1460), { "MSS in SYN h1 → h2 as it comes": "1460" }],
    ["the answer offers less", change("atRight", 1, 536), { "MSS in SYN-ACK h2 → h1 as it leaves": "536" }],
    ["the answer is not clamped", change("atLeft", 1, 1460), { "MSS in SYN-ACK h2 → h1 as it comes": "1460" }],
    ["the other way offers less", change("atRight", 2, 1402), { "MSS in SYN h2 → h1 as it leaves": "1402" }],
    ["the other way is not clamped", change("atLeft", 2, 1460), { "MSS in SYN h2 → h1 as it comes": "1460" }],
    ["its answer has no option", change("atLeft", 3, null), { "MSS in SYN-ACK h1 → h2 as it leaves": "no option" }],
    ["its answer is not clamped", change("atRight", 3, 1460), { "MSS in SYN-ACK h1 → h2 as it comes": "1460" }],
  ]);
});

describe.each([
  ["sa", "CHILD SA of before at r1 meanwhile", "gone", "installed"],
  ["charon", "charon of r1 meanwhile", "away", "at work"],
  ["psk", "IKE SA at r1 meanwhile", "none", "ESTABLISHED"],
] as const)("drill-%s", (harm, quantity, meanwhile, otherwise) => {
  const kind = failClosedDrill(harm);
  const stream = { ...sample.answered, transmittedCount: 20, receivedCount: 3 };
  const sound: Observed<typeof kind> = {
    unprotected: "0",
    meanwhile,
    fromLeft: stream,
    fromRight: stream,
    recovered: true,
  };
  const words = { sa: "the SA", charon: "charon", psk: "the pre-shared key" };
  judges(kind, sound, `${words[harm]} was taken away: 40 packets were sent, none in clear; it came back`, [
    ["nothing was taken away", { ...sound, meanwhile: otherwise }, { [quantity]: otherwise }],
    [
      "nothing was sent from the left",
      { ...sound, fromLeft: { ...stream, transmittedCount: 4 } },
      { "packets sent into the tunnel by r1": "4" },
    ],
    [
      "nothing was sent from the right",
      { ...sound, fromRight: { ...stream, transmittedCount: 0 } },
      { "packets sent into the tunnel by r2": "0" },
    ],
    ["GRE in clear", { ...sound, unprotected: "29" }, { "GRE in clear on the transit": "29" }],
    ["it does not come back", { ...sound, recovered: false }, { "tunnel afterwards": "no answer" }],
  ]);
});

describe("ike-sa", () => {
  const sound = { left: [sample.ikeSa("left")], right: [sample.ikeSa("right")] };
  const changes: readonly [string, Parameters<typeof sample.ikeSa>[1], string, string][] = [
    ["still connecting", { state: "CONNECTING" }, "IKE SA", "CONNECTING"],
    ["IKEv1", { version: 1 }, "IKE version", "1"],
    ["a shorter key", { encryptionKeyBits: 128 }, "IKE cipher", "AES_CBC-128"],
    ["no cipher yet", { encryption: null }, "IKE cipher", "-"],
    ["another hash", { integrity: "HMAC_SHA1_96" }, "IKE integrity", "HMAC_SHA1_96"],
    ["another group", { dhGroup: "MODP_1024" }, "Diffie-Hellman group", "MODP_1024"],
  ];
  judges(
    ikeSa,
    sound,
    "IKEv2 established, AES_CBC-256 and ECP_256",
    bothSides.flatMap((side) => {
      const router = routerOf[side];
      return [
        [`no SA at ${router}`, { ...sound, [side]: [] }, { [`IKE SA at ${router}`]: "none" }] as const,
        [
          `no charon at ${router}`,
          { ...sound, [side]: null },
          { [`IKE SA at ${router}`]: "charon does not answer" },
        ] as const,
        ...changes.map(
          ([what, change, quantity, measured]) =>
            [
              `${what} at ${router}`,
              { ...sound, [side]: [sample.ikeSa(side, change)] },
              { [`${quantity} at ${router}`]: measured },
            ] as const,
        ),
      ];
    }),
  );

  test("takes the established one of several: both ends may have begun", () => {
    const left = [sample.ikeSa("left", { state: "CONNECTING" }), sample.ikeSa("left")];
    expect(ikeSa.judge(tunnel, { ...sound, left }).verdict).toBe("pass");
  });
});

describe("child-sa", () => {
  const at = (side: "left" | "right", change: Parameters<typeof sample.childSa>[1]) => [
    sample.ikeSa(side, { children: [sample.childSa(side, change)] }),
  ];
  const sound = { left: [sample.ikeSa("left")], right: [sample.ikeSa("right")] };
  const changes: readonly [string, Parameters<typeof sample.childSa>[1], string, string][] = [
    ["not installed", { state: "REKEYED" }, "CHILD SA", "none"],
    ["tunnel mode, which IKEv2 falls back to", { mode: "tunnel" }, "mode", "tunnel"],
    ["another cipher", { encryption: "AES_CBC" }, "ESP cipher", "AES_CBC-256"],
    ["a shorter key", { encryptionKeyBits: 128 }, "ESP cipher", "AES_GCM_16-128"],
    ["an integrity algorithm beside", { integrity: "HMAC_SHA1_96" }, "ESP integrity", "HMAC_SHA1_96"],
    [
      "selectors for everything",
      { localSelectors: ["0.0.0.0/0"], remoteSelectors: ["0.0.0.0/0"] },
      "selectors",
      "0.0.0.0/0 0.0.0.0/0",
    ],
  ];
  judges(
    childSa,
    sound,
    "ESP in transport mode, AES_GCM_16-256, GRE alone",
    bothSides.flatMap((side) =>
      changes.map(
        ([what, change, quantity, measured]) =>
          [
            `${what} at ${routerOf[side]}`,
            { ...sound, [side]: at(side, change) },
            { [`${quantity} at ${routerOf[side]}`]: measured },
          ] as const,
      ),
    ),
  );

  test("compares the two halves of one SA, not halves of two", () => {
    const old = { spiIn: "c0000009", spiOut: "c0000008", mode: "tunnel" };
    const left = [sample.ikeSa("left", { children: [sample.childSa("left", old), sample.childSa("left")] })];
    expect(childSa.judge(tunnel, { ...sound, left }).verdict).toBe("pass");
  });

  test("says what IKEv2 does with two modes", () => {
    const both = { left: at("left", { mode: "tunnel" }), right: at("right", { mode: "tunnel" }) };
    expect(childSa.judge(tunnel, both).summary).toContain("both ends install tunnel mode when one of them asks for it");
    expect(childSa.judge(tunnel, { ...both, left: at("left", {}) }).summary).not.toContain("both ends install");
  });

  test("does not count a child of an IKE SA that is not established", () => {
    const left = [sample.ikeSa("left", { state: "DELETING" })];
    expect(wrong(childSa.judge(tunnel, { ...sound, left }))).toEqual({ "CHILD SA at r1": "none" });
  });
});

describe("tunnel-up", () => {
  const end = { link: sample.link(), echo: sample.answered };
  const sound: Observed<typeof tunnelUp> = { left: end, right: end };
  const far = { left: "172.16.0.2", right: "172.16.0.1" };
  judges(
    tunnelUp,
    sound,
    "tunnel0 up/up, the far end answers",
    bothSides.flatMap((side) => {
      const router = routerOf[side];
      const change = (observed: Partial<typeof end> | { link: undefined }) => ({
        ...sound,
        [side]: { ...end, ...observed },
      });
      return [
        [`down at ${router}`, change({ link: sample.link({ up: false }) }), { [`tunnel0 at ${router}`]: "down" }],
        [`no device at ${router}`, change({ link: undefined }), { [`tunnel0 at ${router}`]: "no such device" }],
        [
          `no echo at ${router}`,
          change({ echo: sample.unanswered() }),
          { [`echo ${router} → ${far[side]}`]: "no answer" },
        ],
      ] as const;
    }),
  );
});

describe("keepalive", () => {
  const sound: Observed<typeof keepalive> = { left: sample.keepaliveState(), right: sample.keepaliveState() };
  judges(
    keepalive,
    sound,
    "r1 and r2: keepalives answered, line protocol up",
    bothSides.flatMap((side) => {
      const router = routerOf[side];
      const state = (changes: Parameters<typeof sample.keepaliveState>[0]) => ({
        ...sound,
        [side]: sample.keepaliveState(changes),
      });
      return [
        [`other times at ${router}`, state({ periodSeconds: 2 }), { [`keepalive at ${router}`]: "2 3" }],
        [`down at ${router}`, state({ lineUp: false }), { [`line protocol at ${router}`]: "down" }],
        [`unanswered at ${router}`, state({ unansweredCount: 3 }), { [`unanswered in a row at ${router}`]: "3" }],
        [`no answer yet at ${router}`, state({ receivedCount: 0 }), { [`answers at ${router}`]: "none" }],
        [`idle at ${router}`, state({ idle: "it is shut down" }), { [`sent at ${router}`]: "it is shut down" }],
        [
          `no daemon at ${router}`,
          { ...sound, [side]: undefined },
          {
            [`keepalive at ${router}`]: "not sent",
            [`line protocol at ${router}`]: "-",
            [`unanswered in a row at ${router}`]: "-",
            [`answers at ${router}`]: "-",
            [`sent at ${router}`]: "-",
          },
        ],
      ] as const;
    }),
    sample.keepaliveTunnel(),
  );

  test("an end that sends none is not asked about", () => {
    const both = sample.keepaliveTunnel();
    const alone = { ...both, left: { ...both.left, keepalive: null } };
    const judged = keepalive.judge(alone, { ...sound, left: undefined });
    expect(judged).toMatchObject({ verdict: "pass", summary: "r2: keepalives answered, line protocol up" });
  });
});

describe("ospf-full", () => {
  const sound = { left: [sample.neighbor()], right: [sample.neighbor()] };
  judges(ospfFull, sound, "Full in both directions", [
    ["no ospfd", { ...sound, left: null }, { "OSPF neighbour r2 at r1": "ospfd does not answer" }],
    ["no neighbour", { ...sound, left: [] }, { "OSPF neighbour r2 at r1": "none" }],
    [
      "stuck in ExStart",
      { ...sound, right: [sample.neighbor({ state: "ExStart" })] },
      { "OSPF neighbour r1 at r2": "ExStart" },
    ],
  ]);
});

describe("links-full", () => {
  const at = (address: string, state = "Full") => [sample.neighbor({ address, interfaceName: "eth1", state })];
  const sound: Observed<typeof linksFull> = [at("10.0.1.2"), at("10.0.1.1")];
  const atHub = "OSPF neighbour core at hub1 on hub1-core";
  judges(
    linksFull,
    sound,
    "Full in both directions on every link",
    [
      ["no ospfd", [null, sound[1]!], { [atHub]: "ospfd does not answer" }],
      ["somebody else", [at("10.0.1.3"), sound[1]!], { [atHub]: "none" }],
      ["one way", [sound[0]!, at("10.0.1.1", "Init")], { "OSPF neighbour hub1 at core on hub1-core": "Init" }],
      [
        "nothing was told",
        [],
        { [atHub]: "ospfd does not answer", "OSPF neighbour hub1 at core on hub1-core": "ospfd does not answer" },
      ],
    ],
    sample.dualHubTunnel(),
  );
});

describe("site-routes", () => {
  const sound: Observed<typeof siteRoutes> = [["tunnel0"], ["eth1"], ["eth1"], ["tunnel0"]];
  const instead = (index: number, devices: readonly string[]) => sound.with(index, devices);
  judges(
    siteRoutes,
    sound,
    "r1, hub1, core send by tunnel0, there and back",
    [
      ["the spoke by the reserve", instead(0, ["tunnel1"]), { "192.168.20.0/24 at r1 by": "tunnel1" }],
      ["the hub knows no way", instead(1, []), { "192.168.20.0/24 at hub1 by": "no route" }],
      ["back by the other hub", instead(2, ["eth2"]), { "192.168.10.0/24 at core by": "eth2" }],
      ["back by two ways", instead(2, ["eth2", "eth1"]), { "192.168.10.0/24 at core by": "eth1 eth2" }],
      ["the hub outside", instead(3, ["eth0"]), { "192.168.10.0/24 at hub1 by": "eth0" }],
    ],
    sample.dualHubTunnel(),
  );

  test("reads the device of each next hop", async () => {
    const lab = new ScriptedLab(
      () =>
        "192.168.20.0/24 nhid 9 proto ospf metric 20\n" +
        "\tnexthop via 172.16.0.2 dev tunnel0 weight 1\n" +
        "\tnexthop via 172.16.0.6 dev tunnel1 weight 1\n",
    );
    const seen = await siteRoutes.ask({
      tunnel: sample.dualHubTunnel(),
      clock: new VirtualClock(),
      signal: new AbortController().signal,
      on: lab.withSession,
    });
    expect(seen).toEqual(Array.from({ length: 4 }, () => ["tunnel0", "tunnel1"]));
    expect(lab.asked[0]).toBe("r1: ip -4 route show 192.168.20.0/24");
  });
});

describe("path-mtu", () => {
  const refusal = (from: string, mtuBytes = 1442) =>
    sample.unanswered({ kind: "fragmentation-needed", from, sequence: 1, mtuBytes });
  const sound: Observed<typeof pathMtu> = {
    fromLeft: { full: sample.answered, oneMore: refusal("192.168.10.1") },
    fromRight: { full: sample.answered, oneMore: refusal("192.168.20.1") },
  };
  const told = "tunnel MTU told for 1443 bytes h1 → h2";
  const left = (change: Partial<(typeof sound)["fromLeft"]>) => ({
    ...sound,
    fromLeft: { ...sound.fromLeft, ...change },
  });
  judges(pathMtu, sound, "1442 bytes travel, 1443 are refused by the router that knows", [
    ["the largest does not travel", left({ full: sample.unanswered() }), { "1442 bytes with DF h1 → h2": "no answer" }],
    ["another MTU is told", left({ oneMore: refusal("192.168.10.1", 1476) }), { [told]: "1476" }],
    ["one byte more travels", left({ oneMore: sample.answered }), { [told]: "answered", "who refuses h1 → h2": "-" }],
    [
      "one byte more is lost without a word: a black hole",
      left({ oneMore: sample.unanswered() }),
      { [told]: "no answer", "who refuses h1 → h2": "-" },
    ],
    [
      "the sender itself refuses, which proves nothing about the router",
      left({ oneMore: sample.unanswered({ kind: "local-too-long", mtuBytes: 1442 }) }),
      { [told]: "too long for the sender, mtu 1442", "who refuses h1 → h2": "-" },
    ],
    ["another router refuses", left({ oneMore: refusal("198.51.100.1") }), { "who refuses h1 → h2": "198.51.100.1" }],
    [
      "nothing the other way",
      { ...sound, fromRight: { full: sample.unanswered(), oneMore: sample.unanswered() } },
      {
        "1442 bytes with DF h2 → h1": "no answer",
        "tunnel MTU told for 1443 bytes h2 → h1": "no answer",
        "who refuses h2 → h1": "-",
      },
    ],
  ]);
});

describe("ipv6", () => {
  const tunnel6 = sample.dualStackTunnel();
  const refusal = (from: string, mtuBytes = 1442) =>
    sample.unanswered({ kind: "fragmentation-needed", from, sequence: 1, mtuBytes });
  const probes = tunnel6.prediction.wireSizes.map(({ innerBytes }) => ({
    innerBytes,
    result: { ...sample.answered, transmittedCount: 3, receivedCount: 3 },
  }));
  const sound: Observed<typeof ipv6> = {
    fromLeft: { full: sample.answered, oneMore: refusal("2001:db8:10::1") },
    fromRight: { full: sample.answered, oneMore: refusal("2001:db8:20::1") },
    wire: { traffic: sample.traffic(), probes },
  };
  const wrongOf = (observed: Observed<typeof ipv6>) => wrong(ipv6.judge(tunnel6, observed));

  test("passes when all is as predicted", () => {
    expect(ipv6.judge(tunnel6, sound)).toMatchObject({
      verdict: "pass",
      summary: "1442 bytes travel, 1443 are refused; every size as predicted",
    });
    expect(ipv6.judge(tunnel6, { ...sound, wire: null })).toMatchObject({ verdict: "pass" });
  });

  test("fails on each quantity by itself", () => {
    expect(wrongOf({ ...sound, fromLeft: { ...sound.fromLeft, full: sample.unanswered() } })).toEqual({
      "1442 bytes over IPv6 h1 → h2": "no answer",
    });
    expect(wrongOf({ ...sound, fromRight: { ...sound.fromRight, oneMore: refusal("2001:db8:20::1", 1280) } })).toEqual({
      "IPv6 MTU told for 1443 bytes h2 → h1": "1280",
    });
    expect(wrongOf({ ...sound, fromLeft: { ...sound.fromLeft, oneMore: refusal("2001:db8:0:1::2") } })).toEqual({
      "who refuses h1 → h2": "2001:db8:0:1::2",
    });
    const short = sample.traffic({}, { rightToLeftBytes: [] });
    expect(Object.keys(wrongOf({ ...sound, wire: { traffic: short, probes } }))).toEqual(
      tunnel6.prediction.wireSizes.map(({ innerBytes }) => `${innerBytes} bytes inside, on the wire r2 → r1`),
    );
    const lost = probes.map((probe) => ({ ...probe, result: sample.unanswered() }));
    expect(Object.keys(wrongOf({ ...sound, wire: { traffic: sample.traffic(), probes: lost } }))).toEqual(
      probes.map(({ innerBytes }) => `${innerBytes} bytes inside, 3 times`),
    );
  });
});

describe("wire", () => {
  const inner = tunnel.prediction.wireSizes.map((size) => size.innerBytes);
  const probes = inner.map((innerBytes) => ({
    innerBytes,
    result: { ...sample.answered, transmittedCount: 3, receivedCount: 3 },
  }));
  const sound: Observed<typeof wire> = { probes, traffic: sample.traffic(), unprotected: "0" };
  const others = "anything but ESP, IKE and ICMP";
  const bytes = (sizes: readonly number[]) => ({
    ...sound,
    traffic: sample.traffic({}, { rightToLeftBytes: sizes }),
  });
  const wireSizes = tunnel.prediction.wireSizes.map((size) => size.wireBytes);
  const thrice = wireSizes.flatMap((size) => [size, size, size]);
  const none = sample.traffic();
  judges(wire, sound, "18 ESP, 0 IKE, 0 ICMP, nothing else; every size as predicted", [
    ...inner.map(
      (size, index) =>
        [
          `probes of ${size} bytes are lost`,
          {
            ...sound,
            probes: probes.map((probe, i) => (i === index ? { ...probe, result: sample.unanswered() } : probe)),
          },
          { [`${size} bytes inside, 3 times`]: "no answer" },
        ] as const,
    ),
    ...inner.flatMap((size, index) => [
      [
        `${size} bytes weigh more than predicted`,
        bytes(thrice.map((seen) => (seen === wireSizes[index] ? seen + 4 : seen))),
        {
          [`${size} bytes inside, on the wire r2 → r1`]: wireSizes.map((s, i) => (i === index ? s + 4 : s)).join(" "),
        },
      ] as const,
    ]),
    [
      "nothing at all left the left router",
      { ...sound, traffic: { ...none, leftToRight: { ...none.leftToRight, espTotalBytes: [] } } },
      Object.fromEntries(inner.map((size) => [`${size} bytes inside, on the wire r1 → r2`, "-"])),
    ],
    ["GRE in clear", { ...sound, unprotected: "1" }, { "GRE in clear on the transit": "1" }],
    ...(["other", "fragment", "malformed", "esp-in-udp", "nat-keepalive"] as const).map(
      (kind) =>
        [`a packet of kind ${kind}`, { ...sound, traffic: sample.traffic({ [kind]: 2 }) }, { [others]: "2" }] as const,
    ),
    [
      "a packet that cannot be read",
      {
        ...sound,
        traffic: sample.traffic({}, { unreadable: [{ recordIndex: 0, malformed: {} as never }] }),
      },
      { [others]: "1" },
    ],
  ]);

  test("IKE and ICMP are expected there", () => {
    expect(wire.judge(tunnel, { ...sound, traffic: sample.traffic({ ike: 4, icmp: 2 }) }).verdict).toBe("pass");
  });

  test("a size seen less often than it was sent does not count", () => {
    expect(wire.judge(tunnel, bytes(thrice.slice(1))).verdict).toBe("fail");
  });
});

import { App, Testing } from "cdktf";
import { describe, expect, test } from "vitest";
import { DeclarationError, GreIpsecTunnel, Host, Lab, Router, Segment, Wan } from "../../../constructs/index.ts";
import { appIn, emptyLab, workingFolder } from "./working-folder.ts";

/** Two routers at a transit, ready for a tunnel. */
function twoRouters(lab: Lab) {
  const isp = new Wan(lab, "isp", { left: "198.51.100.1/30", right: "203.0.113.1/30" });
  const r1 = new Router(lab, "r1", { transit: isp.left, outside: "198.51.100.2/30", inside: "192.0.2.1/26" });
  const r2 = new Router(lab, "r2", { transit: isp.right, outside: "203.0.113.2/30" });
  return { isp, r1, r2 };
}

const addresses = { leftAddress: "192.0.2.129/30", rightAddress: "192.0.2.130/30" };

describe("misuse is refused at once", () => {
  test("a host behind a router without an inside", () => {
    const lab = emptyLab();
    const { r2 } = twoRouters(lab);
    expect(() => new Host(lab, "h2", { behind: r2, address: "192.0.2.70/26" })).toThrow(
      "host h2: router r2 has no inside; give it an inside address",
    );
  });

  test("two nodes of one name", () => {
    const lab = emptyLab();
    const { isp } = twoRouters(lab);
    expect(() => new Router(lab, "r1", { transit: isp.left, outside: "198.51.100.3/30" })).toThrow(/'r1'/);
  });

  test("a tunnel named like a router", () => {
    const lab = emptyLab();
    const { r1, r2 } = twoRouters(lab);
    expect(() => new GreIpsecTunnel(lab, "r1", { left: r1, right: r2, ...addresses })).toThrow(/'r1'/);
  });

  test("more segments than a block holds", () => {
    const lab = emptyLab();
    for (let index = 0; index < 48; index += 1) new Segment(lab, `s${index}`);
    expect(() => new Segment(lab, "s48")).toThrow(
      "lab test-lab has more than 48 segments: say how many in addressesFor, or split it into two labs",
    );
  });

  test("a lab without an image, before set-up has run", () => {
    const folder = workingFolder();
    expect(() => new Lab(appIn(folder), "test-lab", { workingFolder: folder })).toThrow(
      "the router image is not built yet: run npx tunnelwright image build (in the project's own folder scripts/setup), or give the lab a routerImage",
    );
  });

  test.each([-4, 1, 256, 4.5, Number.NaN])("an address block that begins at %d", (addressBlockThirdOctet) => {
    expect(() => emptyLab({ addressBlockThirdOctet })).toThrow(
      `addressBlockThirdOctet is ${addressBlockThirdOctet}: it must be a multiple of 4 from 0 to 252`,
    );
  });
});

describe("faults of the declared network", () => {
  function faultyLab() {
    const lab = emptyLab();
    const { r1, r2 } = twoRouters(lab);
    new Host(lab, "h1", { behind: r1, address: "192.0.2.64/26" });
    const tunnel = new GreIpsecTunnel(lab, "tunnel0", {
      left: r1,
      right: r2,
      leftAddress: "192.0.2.129/30",
      rightAddress: "192.0.2.129/30",
      esp: { encryption: "aes-gcm-16", integrity: "sha256-128" },
      ipMtuBytes: 1476,
      routing: { protocol: "eigrp" },
    });
    return { lab, tunnel };
  }

  const all = [
    "address/not-a-host",
    "address/wrong-subnet",
    "address/equal-ends",
    "address/wrong-subnet",
    "esp/aead-with-integrity",
    "mtu/exceeds-path",
    "routing/eigrp-on-linux",
  ];
  const idsOf = (run: () => unknown): string[] => {
    try {
      run();
    } catch (error) {
      if (error instanceof DeclarationError) return error.findings.map((f) => f.ruleId);
      throw error;
    }
    return [];
  };

  test("are not told while it is declared, and all together when the app synthesizes", () => {
    const { lab } = faultyLab();
    expect(idsOf(() => App.of(lab).synth())).toEqual(all);
  });

  test("are told by whoever asks for a number", () => {
    const { lab, tunnel } = faultyLab();
    expect(idsOf(() => tunnel.predicted)).toEqual(all);
    expect(idsOf(() => lab.plan())).toEqual(all);
    expect(idsOf(() => Testing.synth(lab))).toEqual(all);
  });

  test("a number that was asked for early is made anew when more is declared", () => {
    const lab = emptyLab();
    const { r1, r2 } = twoRouters(lab);
    const tunnel = new GreIpsecTunnel(lab, "tunnel0", { left: r1, right: r2, ...addresses });
    expect(tunnel.predicted.left.host).toBeNull();
    new Host(lab, "h1", { behind: r1, address: "192.0.2.10/26" });
    expect(tunnel.predicted.left.host?.name).toBe("h1");
    expect(tunnel.predicted.prediction.largestInnerBytes).toBe(1442);
  });
});

describe("the compiler refuses", () => {
  test("what the types do not allow", () => {
    // Never called: it is enough that it is compiled.
    const neverRun = (lab: Lab, r1: Router) => {
      const ends = { left: r1, right: r1, ...addresses };
      // @ts-expect-error an unknown suite
      new GreIpsecTunnel(lab, "t", { ...ends, suite: "aes-gcm-17" });
      // @ts-expect-error modes are transport and tunnel
      new GreIpsecTunnel(lab, "t", { ...ends, mode: "transit" });
      // @ts-expect-error IKE has two versions
      new GreIpsecTunnel(lab, "t", { ...ends, ikeVersion: 3 });
      // @ts-expect-error bytes are a number
      new GreIpsecTunnel(lab, "t", { ...ends, ipMtuBytes: "1400" });
      // @ts-expect-error both ends need an address
      new GreIpsecTunnel(lab, "t", { left: r1, right: r1, leftAddress: "192.0.2.1/30" });
      // @ts-expect-error a tunnel ends on a router, not on its name
      new GreIpsecTunnel(lab, "t", { ...ends, right: "r2" });
      // @ts-expect-error there is no group 3
      new GreIpsecTunnel(lab, "t", { ...ends, ike: { encryption: "aes-cbc", integrity: "sha256", dhGroup: 3 } });
      // @ts-expect-error static routing has no timers
      new GreIpsecTunnel(lab, "t", { ...ends, routing: { protocol: "static", helloIntervalSeconds: 1 } });
      // @ts-expect-error a host stands behind a router
      new Host(lab, "h", { address: "192.0.2.1/24" });
      // @ts-expect-error a router needs a transit
      new Router(lab, "r", { outside: "192.0.2.1/24" });
      const place = { transit: new Segment(lab, "s"), outside: "192.0.2.1/24" };
      // @ts-expect-error a router of IOS names its image
      new Router(lab, "r", { ...place, platform: "ios", kind: "iol" });
      // @ts-expect-error a router of IOS names what is in the image
      new Router(lab, "r", { ...place, platform: "ios", image: "vrnetlab/cisco_iol:17.12.01" });
      // @ts-expect-error there are four kinds
      new Router(lab, "r", { ...place, platform: "ios", kind: "xrv", image: "vrnetlab/cisco_xrv:1" });
      // @ts-expect-error an image of IOS is not run as Linux
      new Router(lab, "r", { ...place, kind: "iol", image: "vrnetlab/cisco_iol:17.12.01" });
      // @ts-expect-error the lab's routerImage is Linux's
      new Router(lab, "r", { ...place, platform: "linux", image: "mine" });
      // @ts-expect-error a field that is not there
      new Segment(lab, "s", { mtu: 1400 });
      // These are right.
      new Router(lab, "r", { ...place, platform: "ios", kind: "iol", image: "mine", version: "17.12" });
      new Router(lab, "r", { ...place, platform: "linux" });
      new GreIpsecTunnel(lab, "t", { ...ends, ike: { encryption: "aes-cbc", integrity: "sha1", dhGroup: 2 } });
    };
    expect(neverRun).toBeTypeOf("function");
  });
});

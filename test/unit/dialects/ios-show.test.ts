/** What IOS prints, of many eras: every recording is read whole, and says what it says. */
import fc from "fast-check";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { iosLines, printedText } from "../../../dialects/ios/show/ios-lines.ts";
import { readIkev2Sas } from "../../../dialects/ios/show/read-ikev2-sas.ts";
import { readInterfaces, readIpInterfaces } from "../../../dialects/ios/show/read-interfaces.ts";
import { readIpsecSas } from "../../../dialects/ios/show/read-ipsec-sas.ts";
import { readIsakmpSas } from "../../../dialects/ios/show/read-isakmp-sas.ts";
import { readableCommand, readableCommands, readShow } from "../../../dialects/ios/show/read-show.ts";
import { splitTranscript } from "../../../dialects/ios/show/split-transcript.ts";

const folder = fileURLToPath(new URL("recordings/ios/", import.meta.url));
const names = readdirSync(folder).filter((name) => name.endsWith(".txt"));
const recording = (name: string): string => readFileSync(`${folder}${name}`, "utf8");

const commandOf: Readonly<Record<string, string>> = {
  "isakmp-sa": "show crypto isakmp sa",
  "isakmp-sa-detail": "show crypto isakmp sa detail",
  "ikev2-sa": "show crypto ikev2 sa",
  "ikev2-sa-detail": "show crypto ikev2 sa detailed",
  "ipsec-sa": "show crypto ipsec sa",
  "ipsec-sa-detail": "show crypto ipsec sa detail",
  "session-detail": "show crypto session detail",
  "interfaces-tunnel": "show interfaces tunnel 0",
  "ip-interface": "show ip interface tunnel 0",
  "ospf-neighbor": "show ip ospf neighbor",
};
const commandFor = (name: string): string => commandOf[name.split(".")[0] ?? ""] ?? "";

describe("recordings", () => {
  test.each(names)("%s", async (name) => {
    const reading = readShow(commandFor(name), recording(name));
    expect(reading).toMatchObject({ outcome: "read", said: null, unread: [] });
    await expect(`${JSON.stringify(reading.observation, null, 2)}\n`).toMatchFileSnapshot(
      `golden/ios-show/${name.replace(/\.txt$/, ".json")}`,
    );
  });

  test.each(names)("%s with what a terminal adds is the same", (name) => {
    const pasted = recording(name)
      .split("\n")
      .map((line, index) => {
        const erased = "\b".repeat(10) + " ".repeat(10) + "\b".repeat(10);
        const paged = index % 23 === 22 ? ` --More-- ${erased}` : "";
        const inColour = index % 7 === 3 ? "\u001b[7m\u001b[27m" : "";
        return `${paged}${inColour}${line}\r`;
      })
      .join("\n");
    expect(readShow(commandFor(name), pasted)).toEqual(readShow(commandFor(name), recording(name)));
  });

  test("what a pager left is taken away in each of its forms", () => {
    const erased = (width: number): string => "\b".repeat(width) + " ".repeat(width) + "\b".repeat(width);
    for (const pager of [
      ` --More-- ${erased(10)}`,
      ` -- More -- ${erased(12)}`,
      "\r\u001b[K",
      "\u001b[7m--More--\u001b[27m\r        \r",
      " --More-- ",
    ])
      expect(iosLines(`a\n${pager}b`).map(({ text }) => text)).toEqual(["a", "b"]);
  });

  test("a terminal's own rules: back, start of the line, overwriting", () => {
    expect(printedText("abc\b\bX")).toBe("aXc");
    expect(printedText("abc\rX\r")).toBe("Xbc");
  });
});

describe("what is easily read wrong", () => {
  test("the mtu of a tunnel's hardware is not its ip mtu, and neither is its transport's", () => {
    const [tunnel] = readInterfaces(recording("interfaces-tunnel.xe.txt")).observation.interfaces;
    expect(tunnel).toMatchObject({ mtuBytes: 9976, tunnel: { transportMtuBytes: 1468 } });
    const [ip] = readIpInterfaces(recording("ip-interface.15.txt")).observation.interfaces;
    expect(ip).toMatchObject({ name: "Tunnel20", ipMtuBytes: 1420 });
  });

  test("ip mtu in the SA is the outgoing interface's", () => {
    const [flow] = readIpsecSas(recording("ipsec-sa-detail.15-natt.txt")).observation.flows;
    expect(flow).toMatchObject({
      plaintextMtuBytes: 1442,
      outgoingIpMtuBytes: 1500,
      outgoingInterface: "GigabitEthernet8",
      inboundEsp: [{ mode: "transport", udpEncapsulated: true }],
    });
  });

  test("a deleted SA is told as such", () => {
    const { sas } = readIsakmpSas(recording("isakmp-sa.12-4-doc.txt")).observation;
    expect(sas.map(({ state, isDeleted }) => [state, isDeleted])).toEqual([
      ["QM_IDLE", false],
      ["MM_NO_STATE", true],
    ]);
  });

  test("with AES-GCM there is no hash", () => {
    const text =
      "1 192.0.2.1/500 192.0.2.2/500 none/none READY\nEncr: AES-GCM, keysize: 256, PRF: SHA384, Hash: None, DH Grp:20";
    expect(readIkev2Sas(text).observation.sas).toMatchObject([
      { encryption: "AES-GCM", keyBits: 256, hash: null, dhGroup: 20 },
    ]);
  });

  test("esp-gcm with its key length is one transform", () => {
    const flow =
      "local ident (addr/mask/prot/port): (0.0.0.0/0.0.0.0/0/0)\ninbound esp sas:\nspi: 0x1(1)\ntransform: esp-gcm 256 ,";
    expect(readIpsecSas(flow).observation.flows[0]?.inboundEsp[0]?.transforms).toEqual(["esp-gcm 256"]);
  });

  test("SAs of AH and PCP are not ESP's", () => {
    const text =
      "local ident (addr/mask/prot/port): (0.0.0.0/0.0.0.0/0/0)\ninbound ah sas:\nspi: 0x2(2)\ntransform: ah-md5-hmac ,\noutbound pcp sas:\nspi: 0x3(3)";
    expect(readIpsecSas(text).observation.flows[0]).toMatchObject({ inboundEsp: [], outboundEsp: [] });
  });
});

describe("commands", () => {
  test.each([
    ["sh cry isa sa", "show crypto isakmp sa"],
    ["show crypto ips sa peer 192.0.2.1", "show crypto ipsec sa"],
    ["sh ip os nei", "show ip ospf neighbor"],
    ["show ip ospf neighbors", "show ip ospf neighbor"],
    ["SHOW INT TUNNEL0", "show interfaces"],
    ["show ip interface Tunnel0", "show ip interface"],
    ["show ip interface brief", null],
    ["show crypto i sa", null],
    ["show ip route", null],
    ["show", null],
  ])("%s", (typed, command) => expect(readableCommand(typed)).toBe(command));

  test("any other command is refused with the list", () => {
    expect(() => readShow("show version", "")).toThrow(/cannot be read; these can: show crypto isakmp sa, /);
  });
});

describe("what is not the output", () => {
  test.each(readableCommands)("%s: an error, nothing, and something else", (command) => {
    const said = "% Invalid input detected at '^' marker.";
    expect(readShow(command, `show crypto ike\n            ^\n${said}\n`)).toMatchObject({ outcome: "refused", said });
    expect(readShow(command, "\n\n")).toMatchObject({ outcome: "nothing", unread: [] });
    expect(readShow(command, "hello world\n")).toMatchObject({
      outcome: "strange",
      unread: [{ number: 1, text: "hello world" }],
    });
  });

  test("none is an answer where the router says so", () => {
    expect(readShow("show crypto ipsec sa", "No SAs found\n")).toMatchObject({
      outcome: "read",
      observation: { flows: [] },
    });
    expect(readShow("show crypto isakmp sa", "IPv4 Crypto ISAKMP SA\ndst  src  state  conn-id status\n")).toMatchObject(
      {
        outcome: "read",
        observation: { sas: [] },
      },
    );
  });
});

test("a pasted session is parted at its prompts", () => {
  const parts = splitTranscript(
    "R1#sh cry isa sa\r\ndst src state conn-id status\r\nR1#*Nov  1 10:00:00.000: %SYS-5-CONFIG_I: Configured from console\r\nR1#\r\nR2>show ip ospf nei\r\n",
  );
  expect(parts).toEqual([
    { hostname: "R1", command: "sh cry isa sa", output: "dst src state conn-id status\r", firstLine: 2, isWhole: true },
    { hostname: "R2", command: "show ip ospf nei", output: "", firstLine: 6, isWhole: false },
  ]);
});

/** A recording that was cut, had something put into it, or is another command's. */
const spoiled = fc
  .tuple(fc.constantFrom(...names.map(recording)), fc.nat(), fc.nat(), fc.string({ unit: "binary" }))
  .map(([text, from, length, put]) => {
    const at = from % (text.length + 1);
    return text.slice(0, at) + put + text.slice(at + (length % 200));
  });

test("whatever was pasted, it is read or left unread, at once", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...readableCommands),
      fc.oneof(spoiled, fc.string({ unit: "binary" })),
      (command, text) => {
        const timeOnce = (): number => {
          const beganMs = performance.now();
          readShow(command, text);
          splitTranscript(text);
          return performance.now() - beganMs;
        };
        // What takes long does so every time; a machine that was busy elsewhere does not.
        if (timeOnce() > 100) expect(Math.min(timeOnce(), timeOnce(), timeOnce())).toBeLessThan(100);
      },
    ),
    { numRuns: 2_000 },
  );
});

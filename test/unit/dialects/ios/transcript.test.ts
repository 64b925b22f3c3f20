/** Reading: every form in which configurations are pasted says the same, and no line is lost. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { lintIos } from "../../../../dialects/ios/lint.ts";
import { readTranscript } from "../../../../dialects/ios/read-transcript.ts";
import { declareLab } from "../../../../dialects/ios/declare-lab.ts";
import { correctPairs, fixture, source } from "./fixtures.ts";

/** What a text says, whatever its form. */
function said(text: string) {
  const linted = lintIos(source(text));
  const { lab } = declareLab(linted);
  return { lab, rules: linted.findings.map(({ ruleId, device }) => `${device} ${ruleId}`) };
}

const plain = fixture("classic-crypto-map");
const flat = (text: string) =>
  text
    .split("\n")
    .filter((line) => !/^(?:Building|Current|!|$)/.test(line))
    .map((line) => line.trim());
const statuses = (text: string) => readTranscript(source(text)).files[0]!.lines.map(({ status }) => status);

describe("the same pair", () => {
  const expected = said(plain);

  test.each<[string, (text: string) => string]>([
    ["with CRLF", (text) => text.replaceAll("\n", "\r\n")],
    ["with carriage returns alone", (text) => text.replaceAll("\n", "\r")],
    ["without indentation", (text) => flat(text).join("\n")],
    [
      "with exit after each section",
      (text) =>
        // Every sub-mode of this fixture ends at one of these.
        text
          .split("\n")
          .flatMap((line, at, all) =>
            line.startsWith(" ") && !(all[at + 1] ?? "").startsWith(" ") ? [line.trim(), "exit"] : [line.trim()],
          )
          .filter((line) => !/^(?:Building|Current|!|$)/.test(line))
          .join("\n"),
    ],
    ["indented by a quotation", (text) => text.replaceAll(/^/gm, "    ")],
    ["with tabs", (text) => text.replaceAll(/^ /gm, "\t")],
    [
      "in a code fence of a page",
      (text) => `# Lab notes\n\nThis is what we have.\n\n\`\`\`\n${text}\`\`\`\n\nThat is all.\n`,
    ],
    ["in <pre>", (text) => `<h1>Lab</h1>\n<pre>\n${text}</pre>\n`],
    [
      "paged",
      (text) =>
        text
          .split("\n")
          .map((line, at) => (at % 20 === 19 ? ` --More-- \b\b\b\b\b\b\b\b\b        \b\b\b\b\b\b\b\b\b${line}` : line))
          .join("\n"),
    ],
    [
      "paged with returns",
      (text) =>
        text
          .split("\n")
          .map((line, at) => (at % 20 === 19 ? ` --More-- \r          \r${line}` : line))
          .join("\n"),
    ],
    ["in colours", (text) => text.replaceAll(/^(\s*\S+)/gm, "\u001b[1;32m$1\u001b[0m")],
    [
      "with the router's messages between",
      (text) =>
        text.replaceAll(
          "!\ninterface",
          "*Mar  1 00:01:02.123: %LINEPROTO-5-UPDOWN: Line protocol on Interface Tunnel0, changed state to up\n!\ninterface",
        ),
    ],
    [
      "in capitals",
      (text) =>
        text.replaceAll(
          /^(\s*)(interface|crypto|tunnel|ip|router|match|set)/gm,
          (_, blank: string, word: string) => blank + word.toUpperCase(),
        ),
    ],
    [
      "abbreviated",
      (text) =>
        text
          .replaceAll("interface ", "int ")
          .replaceAll("ip address", "ip add")
          .replaceAll("crypto isakmp policy", "cry isa pol")
          .replaceAll("crypto isakmp key", "cry isa key")
          .replaceAll("transform-set STRONG esp", "trans STRONG esp")
          .replaceAll("authentication pre-share", "auth pre")
          .replaceAll("tunnel destination", "tun dest")
          .replaceAll("tunnel source GigabitEthernet", "tun so gi")
          .replaceAll("int GigabitEthernet", "int gi")
          .replaceAll("access-list", "access-l")
          .replaceAll("set peer", "set pee")
          .replaceAll("ip mtu", "ip mt"),
    ],
    ["typed behind prompts", behindPrompts],
    [
      "shown behind prompts",
      (text) =>
        text
          .split("Building")
          .slice(1)
          .map((part) => {
            const host = /hostname (\S+)/.exec(part)?.[1] ?? "";
            return `${host}#show running-config\nBuilding${part}\n${host}#show ip interface brief\nInterface              IP-Address      OK? Method Status                Protocol\nTunnel0                1.2.3.4         YES manual up                    up\n${host}#\n`;
          })
          .join(""),
    ],
  ])("%s", (_, change) => {
    const { rules, lab } = said(change(plain));
    expect(rules).toEqual(expected.rules);
    expect(lab).toEqual(expected.lab);
  });

  test("two routers of one name are two", () => {
    const { devices, pairs } = lintIos(source(fixture("gre-keepalive").replaceAll(/hostname R\d/g, "hostname Router")));
    expect(devices.map(({ name }) => name)).toEqual(["Router", "Router-2"]);
    expect(pairs).toHaveLength(1);
  });

  test("one router a file", () => {
    const [hq = "", branch = ""] = plain.split("end\n!\n");
    const linted = lintIos([
      { name: "hq.cfg", text: `${hq}end\n` },
      { name: "branch.cfg", text: branch },
    ]);
    expect(linted.findings.map(({ ruleId, device, file }) => `${file} ${device} ${ruleId}`)).toEqual([
      "branch.cfg BRANCH ios/ikev1",
      "hq.cfg HQ ios/ikev1",
    ]);
    expect(declareLab(linted).lab).toEqual(expected.lab);
  });
});

/** As a person types it: `R1(config-if)# …`, with an exit behind each section. */
function behindPrompts(text: string): string {
  let host = "";
  let mode = "config";
  const modes: readonly (readonly [RegExp, string])[] = [
    [/^interface /, "config-if"],
    [/^crypto isakmp policy/, "config-isakmp"],
    [/^crypto ipsec transform-set/, "cfg-crypto-trans"],
    [/^crypto map \S+ \d+/, "config-crypto-map"],
    [/^router /, "config-router"],
    [/^line /, "config-line"],
  ];
  return text
    .split("\n")
    .filter((line) => line !== "" && !/^(?:!|Building|Current|version|end)/.test(line))
    .map((line) => {
      host = /^hostname (\S+)/.exec(line)?.[1] ?? host;
      if (!line.startsWith(" ")) mode = "config";
      const typed = `${host === "" ? "Router" : host}(${mode})#${line.trim()}`;
      mode = modes.find(([form]) => form.test(line))?.[1] ?? mode;
      return typed;
    })
    .filter((line) => !line.startsWith("Router"))
    .join("\n");
}

describe("the seed", () => {
  test("pasted whole, prose and all: no line is taken for what it is not", async () => {
    const { files, devices, strays } = readTranscript(source(fixture("seed"), "seed.md"));
    const shown = files[0]!.lines.map(({ number, status, reason, command, raw }) => {
      const what = command ? `${command.mode} ${command.name ?? ""}` : reason;
      return `${String(number).padStart(3)} ${status.padEnd(10)} ${what.padEnd(34)} ${raw.slice(0, 60)}`.trimEnd();
    });
    await expect(`${shown.join("\n")}\n`).toMatchFileSnapshot("golden/seed-lines.txt");
    expect(devices.map(({ name, lines }) => [name, lines[0]?.number, lines.at(-1)?.number])).toEqual([
      ["R1", 42, 57],
      ["R2", 59, 80],
    ]);
    expect(strays).toMatchObject([{ firstLine: 78, lastLine: 80, promptHost: "R1", device: "R2" }]);
  });

  test("R1's prompts in R2's block are R1's where nothing says otherwise", () => {
    const text = fixture("seed").replace("match address 100", "match address 101");
    expect(readTranscript(source(text)).strays).toEqual([]);
  });
});

describe("a line", () => {
  const lineOf = (text: string, at: number) => {
    const { status, reason } = readTranscript(source(text)).files[0]!.lines[at]!;
    return `${status}: ${reason}`;
  };

  test.each([
    ["interface Tunnel0\n ip mtu large", 1, "refused: a number from 68 to 17940 is wanted"],
    ["crypto isakmp policy", 0, "refused: words are missing at the end"],
    ["interface Tunnel0\n tunnel p gre", 1, "refused: path-mtu-discovery or protection?"],
    ["hostname r1\nquantum entangle 7", 1, "unknown: not in the table of commands"],
    ["hostname r1\nclass-map match-any VOICE\n match dscp ef", 2, "ignored: section without a bearing on tunnels"],
    ["banner motd ^C\ninterface Tunnel0\n^C\nhostname r1", 1, "ignored: banner"],
    [
      "hostname r1\ncrypto pki certificate chain CA\n certificate self-signed 01\n  3082022B 30820194\n  quit",
      3,
      "ignored: certificate",
    ],
    ["hostname r1\nOur two offices are joined by this tunnel.", 1, "ignored: prose"],
    [
      "R1#conf t\nR1(config)#int tu0\nR1(config-if)#ip mtu 99999\n                     ^\n% Invalid input detected at '^' marker.\n\nR1(config-if)#",
      2,
      "refused: the router said: % Invalid input detected at '^' marker.",
    ],
  ])("%j line %i is %s", (text, at, expected) => {
    expect(lineOf(text, at)).toBe(expected);
  });

  test("a refused or negated command leaves no trace", () => {
    const { devices } = lintIos(
      source(
        "hostname r1\ninterface Tunnel0\n keepalive 10 3\n no keepalive\n tunnel key 5\n no tunnel key 5\n ip mtu 1400\n default ip mtu\n",
      ),
    );
    const tunnel = devices[0]?.interfaces.get("Tunnel0");
    expect([tunnel?.keepalive, tunnel?.tunnelKey, tunnel?.ipMtuBytes]).toEqual([null, null, null]);
  });

  test("a range of interfaces is each of them", () => {
    const { devices } = lintIos(source("hostname r1\ninterface range GigabitEthernet0/0 - 2, Serial0/0\n shutdown\n"));
    expect([...(devices[0]?.interfaces.keys() ?? [])]).toEqual([
      "GigabitEthernet0/0",
      "GigabitEthernet0/1",
      "GigabitEthernet0/2",
      "Serial0/0",
    ]);
  });
});

describe("no line is lost", () => {
  const pieces = fc.oneof(
    fc.constantFrom(...correctPairs.flatMap((name) => fixture(name).split("\n")), ...fixture("seed").split("\n")),
    fc.string({ unit: "grapheme", maxLength: 40 }),
    fc.constantFrom(
      "```",
      "R1#",
      "R1(config)#",
      "R2(config-if)# ip mtu 1400",
      " --More-- ",
      "\u001b[2K",
      "banner motd #",
      "% Invalid input",
      "      ^",
      "end",
      "hostname R9",
    ),
  );
  const texts = fc
    .array(fc.tuple(pieces, fc.constantFrom("\n", "\n", "\r\n", "\r")), { maxLength: 60 })
    .map((lines) => lines.map(([line, end]) => line + end).join(""));

  test("whatever stands in the text", () => {
    fc.assert(
      fc.property(texts, (text) => {
        const { files, devices } = readTranscript(source(text));
        const { lines } = files[0]!;
        expect(lines.map(({ raw, terminator }) => raw + terminator).join("")).toBe(text);
        expect(lines.map(({ number }) => number)).toEqual(lines.map((_, at) => at + 1));
        for (const device of devices) for (const line of device.lines) expect(lines).toContain(line);
      }),
      { numRuns: 500 },
    );
  });
});

test("every command of the fixtures is known", () => {
  for (const name of correctPairs)
    expect([...new Set(statuses(fixture(name)))].sort()).toEqual(["ignored", "understood"]);
});

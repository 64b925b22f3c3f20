/** The prompt reader alone: bytes in, lines and pauses out. */
import { describe, expect, test } from "vitest";
import { classifyPause, parsePrompt } from "../../../../devices/ios/classify-pause.ts";
import { maskSecrets } from "../../../../devices/ios/mask-secrets.ts";
import { PromptReader } from "../../../../devices/ios/prompt-reader.ts";
import { fuzzPromptReader } from "../../../fuzz/ios-streams.ts";

const bytes = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));

function read(...chunks: string[]) {
  const reader = new PromptReader();
  return chunks.flatMap((chunk) => reader.push(bytes(chunk)));
}

describe("prompts", () => {
  test.each([
    ["R1#", { hostname: "R1", mode: null, level: "privileged" }],
    ["R1>", { hostname: "R1", mode: null, level: "user" }],
    ["R1(config)#", { hostname: "R1", mode: "config", level: "privileged" }],
    ["R1(conf)#", { hostname: "R1", mode: "conf", level: "privileged" }],
    ["R1(ipsec-profile)#", { hostname: "R1", mode: "ipsec-profile", level: "privileged" }],
    ["R2(cfg-crypto-trans)#", { hostname: "R2", mode: "cfg-crypto-trans", level: "privileged" }],
    ["edge.example_1-a/0# ", { hostname: "edge.example_1-a/0", mode: null, level: "privileged" }],
  ])("%s", (text, prompt) => expect(parsePrompt(text, [])).toEqual(prompt));

  test.each([
    "Authorized R2# access only >",
    "#",
    "R1#show",
    "R1 #",
    "R1(tcl)#",
    "R1(config#",
    "R1((x))#",
    `${"a".repeat(70)}#`,
  ])("%s is none", (text) => expect(parsePrompt(text, [])).toBeNull());

  test("the hostname, once it is known, and its first sixteen characters", () => {
    const names = ["a-very-long-hostname-indeed"];
    expect(parsePrompt("lab>", names)).toBeNull();
    expect(parsePrompt("a-very-long-hostna(config)#", names)?.mode).toBe("config");
    expect(parsePrompt("a-very-long-hos(config)#", names)).toBeNull();
  });
});

describe("pauses", () => {
  test.each([
    [" --More-- ", "pager"],
    ["\u001b[7m--More--\u001b[27m", "pager"],
    ["\u001b[K -- More -- ", "pager"],
    ["Proceed with reload? [confirm]", "question"],
    ["Would you like to terminate autoinstall? [yes]: ", "question"],
    ["Destination filename [startup-config]? ", "question"],
    ["Password: ", "question"],
    ["MTU 1500 bytes, BW", "text"],
  ])("%s is a %s", (text, kind) => expect(read(text).at(-1)).toMatchObject({ kind: "pause", pause: { kind } }));

  test("a text that is too long is no question", () => {
    expect(classifyPause(`${"x".repeat(500)}?`, []).kind).toBe("text");
  });
});

describe("a terminal's own rules", () => {
  test("what a pager erased is not in the line", () => {
    const erased = "\b".repeat(10) + " ".repeat(10) + "\b".repeat(10);
    expect(read("one\r\n --More-- ", `${erased}two\r\n`)).toMatchObject([
      { kind: "line", text: "one" },
      { kind: "pause", pause: { kind: "pager" } },
      { kind: "line", text: "two" },
      { kind: "pause", pause: { kind: "text", text: "" } },
    ]);
    expect(read("\u001b[2K --More-- \r\u001b[Ktwo\n")[0]).toEqual({ kind: "line", text: "two" });
  });

  test("bytes may come one at a time, in UTF-8 too", () => {
    const reader = new PromptReader();
    const events = [...new TextEncoder().encode("né\r\nR1#")].flatMap((byte) => reader.push(Uint8Array.of(byte)));
    expect(events.filter(({ kind }) => kind === "line")).toEqual([{ kind: "line", text: "né" }]);
    expect(events.at(-1)).toMatchObject({ pause: { kind: "prompt" } });
  });
});

test("20,000 byte streams: no crash, none over 100 ms, no line lost, the same however they are cut", () => {
  fuzzPromptReader(20_000, 20_241_101);
}, 60_000);

test("the fuzzing sees a reader that loses a line, and one that depends on how the bytes are cut", () => {
  class Losing extends PromptReader {
    override push(given: Uint8Array) {
      return super.push(given.filter((byte, index) => byte !== 0x0a || given[index - 1] !== 0x5b));
    }
  }
  class Cutting extends PromptReader {
    override push(given: Uint8Array) {
      return super.push(given.at(-1) === 0x08 ? given.subarray(0, -1) : given);
    }
  }
  expect(() => fuzzPromptReader(20_000, 1, () => new Losing())).toThrow(/line feeds gave|gives other lines/);
  expect(() => fuzzPromptReader(20_000, 1, () => new Cutting())).toThrow(/cut into pieces/);
});

test.each([
  ["crypto isakmp key S3cr3t address 203.0.113.2", "crypto isakmp key *** address 203.0.113.2"],
  ["crypto isakmp key 6 AbC^]d address 0.0.0.0", "crypto isakmp key 6 *** address 0.0.0.0"],
  [" pre-shared-key address 203.0.113.2 key S3cr3t", " pre-shared-key address 203.0.113.2 key ***"],
  [" pre-shared-key local S3cr3t", " pre-shared-key local ***"],
  ["username admin privilege 15 secret 9 $9$abc", "username admin privilege 15 secret 9 ***"],
  ["enable password S3cr3t", "enable password ***"],
  [" ip ospf message-digest-key 1 md5 S3cr3t", " ip ospf message-digest-key 1 md5 ***"],
  ["snmp-server community S3cr3t RO", "snmp-server community *** RO"],
  [" tunnel key 100", " tunnel key 100"],
  [" authentication pre-share", " authentication pre-share"],
])("no secret of «%s» is told", (line, told) => expect(maskSecrets(line)).toBe(told));

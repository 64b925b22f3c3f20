/** A router's tools may answer anything: half of it, somebody else's words, none. A reader reads it or refuses it, at once and in words. */
import fc from "fast-check";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { parseOspfNeighbors } from "../../../dialects/frr/read-neighbors.ts";
import { readAllRouting, readRouting } from "../../../dialects/frr/read.ts";
import { parseLinkStates } from "../../../dialects/iproute2/read-link.ts";
import { parsePing } from "../../../dialects/iproute2/read-ping.ts";
import { readAllInterfaces, readInterfaces } from "../../../dialects/iproute2/read.ts";
import { findGuard, readFirewall } from "../../../dialects/iptables/read.ts";
import { parseConnections } from "../../../dialects/strongswan/read-connections.ts";
import { parseIkeSas } from "../../../dialects/strongswan/read-sas.ts";
import { readIpsec } from "../../../dialects/strongswan/read.ts";

const folder = fileURLToPath(new URL("recordings/r1/", import.meta.url));
const recordings = readdirSync(folder).map((name) => readFileSync(`${folder}${name}`, "utf8"));
const recording = (name: string) => readFileSync(`${folder}${name}`, "utf8");

const expectedInterfaces = "address replace 192.0.2.1/26 dev eth1\n";
const readers: Readonly<Record<string, (text: string) => unknown>> = {
  "ip -details link show": parseLinkStates,
  "ip address show": (addresses) =>
    readInterfaces({ links: recording("links.json"), addresses, routes: "[]" }, expectedInterfaces),
  "ip route show": (routes) =>
    readInterfaces({ links: recording("links.json"), addresses: "[]", routes }, expectedInterfaces),
  "links of a router that is taken over": (links) => readAllInterfaces({ links, addresses: "[]", routes: "[]" }),
  "iptables-save": (text) => readFirewall(text, recording("iptables-save.txt")),
  "iptables-save, for the guard": (text) =>
    findGuard(text, "-A TW-INPUT -s 192.0.2.2/32 -d 192.0.2.1/32 -p gre -m policy --dir in --pol none -j DROP"),
  "show running-config": (text) => readRouting(text, recording("running-config.txt")),
  "show running-config of a router that is taken over": readAllRouting,
  "show ip ospf neighbor json": parseOspfNeighbors,
  "swanctl --list-sas --raw": parseIkeSas,
  "swanctl --list-conns --raw": parseConnections,
  "swanctl.conf": (file) => readIpsec({ file, connections: "", charonRuns: true, keysAsPushed: true }),
  ping: parsePing,
};

/** Reads, or refuses with a sentence of bearable length that does nothing to a terminal. */
function readsOrRefuses(read: (text: string) => unknown, text: string): void {
  try {
    read(text);
  } catch (error) {
    const { message } = error as Error;
    expect(error).toBeInstanceOf(Error);
    expect(error).not.toBeInstanceOf(TypeError);
    expect(error).not.toBeInstanceOf(RangeError);
    expect(message.length).toBeLessThan(300);
    expect(message).not.toMatch(/[\p{Cc}]/u);
  }
}

/** A recording that was cut, had something put into it, or is another tool's. */
const spoiled = fc
  .tuple(fc.constantFrom(...recordings), fc.nat(), fc.nat(), fc.string({ unit: "binary" }))
  .map(([text, from, length, put]) => {
    const at = from % (text.length + 1);
    return text.slice(0, at) + put + text.slice(at + (length % 200));
  });

/** JSON of the right punctuation and the wrong meaning. */
const strangeJson = fc.json().map((text) => (text.length % 2 === 0 ? text : `[${text},{"ifname":${text}}]`));

/** Words that the readers look for, in any order. */
const shuffled = fc
  .array(
    fc.constantFrom(
      "list-sa event {",
      "list-conn event {",
      "}",
      "{",
      "[",
      "]",
      "=",
      "__proto__",
      "child-sas",
      "*filter",
      ":TW-INPUT",
      "-A INPUT -j TW-INPUT",
      "interface tunnel0",
      "exit",
      "!",
      "connections {",
      "\n",
      " ",
      "\u001b[2J",
      "\u0000",
    ),
    { maxLength: 60 },
  )
  .map((words) => words.join(""));

describe.each(Object.entries(readers))("%s", (_, read) => {
  test("answered by garbage", () => {
    fc.assert(
      fc.property(fc.oneof(spoiled, strangeJson, shuffled, fc.string({ unit: "binary" })), (text) => {
        readsOrRefuses(read, text);
      }),
      { numRuns: 400 },
    );
  });

  test.each([
    ["a million brackets", "[".repeat(1_000_000)],
    ["a million braces", "list-sa event {a {".repeat(60_000)],
    ["one endless line", "a".repeat(4_000_000)],
    ["a control of C1 that JSON leaves as it is", "\u0085{"],
    ["a million spaces", " ".repeat(1_000_000)],
    ["a million empty lines", "\n".repeat(1_000_000)],
  ])("answered by %s", (_name, text) => {
    readsOrRefuses(read, text);
  });
});

test("what a router says changes no object of ours", () => {
  parseIkeSas("list-sa event {__proto__ {polluted=yes} tunnel0 {__proto__ {polluted=yes} version=2}}");
  parseLinkStates('[{"ifname":"x","__proto__":{"polluted":"yes"}}]');
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
});

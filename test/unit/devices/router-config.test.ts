import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openLinuxSession } from "../../../devices/connect-linux.ts";
import { ConnectionLostError, PushError, RouterAnswerError } from "../../../devices/errors.ts";
import type { LinuxSession, TranscriptEvent } from "../../../devices/linux-session.ts";
import { decodeFrames } from "../../../devices/config-frames.ts";
import {
  pushConfig,
  pushConfirmed,
  readConfig,
  removeConfig,
  type RouterPush,
} from "../../../devices/router-config.ts";
import { RouterServer } from "./router-server.ts";

let folder: string;
let router: RouterServer;
let session: LinuxSession;
let events: TranscriptEvent[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tw-config-"));
  const program = join(folder, "config");
  const fake = fileURLToPath(new URL("fake-config.mjs", import.meta.url));
  await writeFile(program, `#!/bin/sh\nexec '${process.execPath}' '${fake}' '${folder}' "$@"\n`);
  await chmod(program, 0o755);
  router = await RouterServer.open({ programs: { "/usr/lib/tunnelwright/config": program } });
  events = [];
  session = await openLinuxSession(router.target({ onTranscript: (event) => events.push(event) }));
});
afterEach(async () => {
  await session.close();
  await router.close();
  await rm(folder, { recursive: true });
});

async function answer(stdout: string | Buffer, stderr = "", exitCode = 0, verb?: string): Promise<void> {
  const text = JSON.stringify({ stdout: Buffer.from(stdout as string).toString("base64"), stderr, exitCode });
  await writeFile(join(folder, verb === undefined ? "answer.json" : `answer-${verb}.json`), text);
}
async function received(): Promise<{ argv: unknown; frames: [string, string][] }> {
  const frames = decodeFrames(await readFile(join(folder, "stdin")));
  return {
    argv: JSON.parse(await readFile(join(folder, "argv.json"), "utf8")),
    frames: frames.map(({ name, bytes }) => [name, Buffer.from(bytes).toString()]),
  };
}
async function rejection(promise: Promise<unknown>): Promise<Error> {
  try {
    await promise;
  } catch (error) {
    return error as Error;
  }
  throw new Error("the promise should have been rejected");
}

const sections = {
  sysctl: "s = 1\n",
  firewall: "*filter\nCOMMIT\n",
  interfaces: "",
  ipsec: "connections {}\n",
  routing: "ünï\n",
  keepalive: "tunnel0 period 10 retries 3\n",
};
const push: RouterPush = { sections, secrets: 'secrets {\n  ike-a { secret = "hunter2+/=" }\n}\n' };
const revision = "0123456789abcdef".repeat(4);

test("a first push sends the seven sections in their order and gives the revision", async () => {
  await answer(`revision ${revision}\n`);
  expect(await pushConfig(session, push)).toEqual({ revision });
  expect(await received()).toEqual({
    argv: ["push"],
    frames: [
      ["sysctl", sections.sysctl],
      ["firewall", sections.firewall],
      ["interfaces", ""],
      ["ipsec", sections.ipsec],
      ["ipsec-secrets", push.secrets],
      ["routing", sections.routing],
      ["keepalive", sections.keepalive],
    ],
  });
});

test("a change sends the steps forth and back after them", async () => {
  await answer(`revision ${revision}\n`);
  const change = { interfaces: "link set a up\n", routing: "router ospf\n" };
  const undo = { interfaces: "link set a down\n", routing: "no router ospf\n" };
  await pushConfig(session, { ...push, change, undo });
  expect((await received()).frames.slice(7)).toEqual([
    ["change/interfaces", change.interfaces],
    ["change/routing", change.routing],
    ["undo/interfaces", undo.interfaces],
    ["undo/routing", undo.routing],
  ]);
});

test.each([
  [1, "refused", "nothing was changed"],
  [2, "restored", "the former configuration was put back"],
  [3, "broken", "the former configuration could NOT be put back"],
])(
  "exit code %i is a push that was %s, with step and tool output, and never the secret",
  async (code, outcome, words) => {
    await answer("", "ipsec: loading 'a' failed near secret = hunter2+/=\nmore\n", code);
    const error = await rejection(pushConfig(session, push));
    expect(error).toBeInstanceOf(PushError);
    expect(error).toMatchObject({ outcome, step: "ipsec", node: "r1" });
    expect(error.message).toContain(`r1: the configuration was not taken (step ipsec); ${words}`);
    expect(error.message).toContain("near secret = (secret)");
    expect(JSON.stringify([error, error.message, error.stack, events])).not.toContain("hunter2");
  },
);

describe("a push that is confirmed over a fresh connection", () => {
  const fresh = async <T>(work: (session: LinuxSession) => Promise<T>): Promise<T> => {
    const another = await openLinuxSession(router.target({ onTranscript: (event) => events.push(event) }));
    try {
      return await work(another);
    } finally {
      await another.close();
    }
  };

  test("names itself, and the same name confirms it over another connection", async () => {
    await answer(`revision ${revision}\n`);
    expect(await pushConfirmed(session, { ...push, reloadIpsec: true }, fresh)).toEqual({ revision });
    expect(router.seen.connections).toBe(2);
    const { argv, frames } = await received();
    expect(argv).toEqual(["confirm", expect.stringMatching(/^[0-9a-f]{16}$/)]);
    expect(frames).toEqual([]);
    expect(events.map((event) => event.argv[1])).toEqual(["push", "confirm"]);
  });

  test("the frames that name it and ask for IPsec anew", async () => {
    await answer(`revision ${revision}\n`);
    await pushConfig(session, { ...push, base: "set.17", id: "0123456789abcdef", reloadIpsec: true });
    expect((await received()).frames.slice(7)).toEqual([
      ["base", "set.17\n"],
      ["confirm", "0123456789abcdef\n"],
      ["again/ipsec", ""],
    ]);
  });

  test("taken back by the router's timer, says so and what to look for", async () => {
    await answer(`revision ${revision}\n`, "", 0, "push");
    await answer("", "the router took the push back\n", 2, "confirm");
    const error = await rejection(pushConfirmed(session, push, fresh));
    expect(error).toMatchObject({ name: "PushError", outcome: "unconfirmed", node: "r1" });
    expect(error.message).toContain("no new connection came to confirm it, so the router took it back by itself");
    expect(error.message).toContain("mgmt0");
  });

  test("a connection lost in mid-push is no loss: the push is confirmed over the next one", async () => {
    await answer(`revision ${revision}\n`);
    const lost = { node: "r1", run: () => Promise.reject(new ConnectionLostError({ node: "r1", said: "cut" })) };
    expect(await pushConfirmed(lost as unknown as LinuxSession, push, fresh)).toEqual({ revision });
  });

  test("what the router refused is not confirmed", async () => {
    await answer("", "routing: line 3 is unknown\n", 1);
    await expect(pushConfirmed(session, push, fresh)).rejects.toMatchObject({ outcome: "refused", step: "routing" });
    expect(router.seen.connections).toBe(1);
  });
});

test("a refusal that belongs to no section has no step", async () => {
  await answer("", "another push is at work on this router; try again when it is done\n", 1);
  const error = await rejection(pushConfig(session, push));
  expect(error).toMatchObject({ outcome: "refused", step: null });
  expect(error.message).toContain("not taken; nothing was changed\n  why  another push is at work");
});

test.each([
  [0, "no revision here\n"],
  [127, ""],
])("a push that ends with %i and %j is an answer not understood", async (code, stdout) => {
  await answer(stdout, "something\n", code);
  const error = await rejection(pushConfig(session, push));
  expect(error).toBeInstanceOf(RouterAnswerError);
  expect(error.message).toContain("«/usr/lib/tunnelwright/config push» ended with exit code");
});

test("a placeholder that no key replaced is never pushed", async () => {
  await expect(pushConfig(session, { ...push, secrets: 'secret = "{{psk:a}}"' })).rejects.toThrow(
    "{{psk:a}} was not replaced by a key",
  );
  expect(router.seen.execs).toEqual([]);
});

const kept =
  "set 7\nset.17\nsysctl 6\ns = 1\nfirewall 15\n*filter\nCOMMIT\ninterfaces 0\nipsec 15\nconnections {}\nrouting 6\nünï\nkeepalive 28\ntunnel0 period 10 retries 3\n";

test("a kept configuration of before there were keepalives has none", async () => {
  await answer(kept.replace(/keepalive 28\n.*\n/, ""));
  expect((await readConfig(session)).kept).toEqual({ ...sections, keepalive: "" });
});

test("a reading gives the kept sections and the asked parts", async () => {
  await answer(`${kept}live/links 3\n[]\nlive/daemons 13\nzebra running`);
  expect(await readConfig(session, ["links", "daemons"])).toEqual({
    set: "set.17",
    kept: sections,
    live: { links: "[]\n", daemons: "zebra running" },
  });
  expect((await received()).argv).toEqual(["read", "links", "daemons"]);
});

test("sizes count bytes, also of text that is not UTF-8", async () => {
  await answer(Buffer.concat([Buffer.from("live/routing 3\n"), Buffer.from([0xe9, 0xff, 0x0a])]));
  expect(await readConfig(session, ["routing"])).toEqual({
    set: null,
    kept: null,
    live: { routing: "\ufffd\ufffd\n" },
  });
});

test("a router without configuration of ours keeps nothing", async () => {
  await answer("");
  expect(await readConfig(session)).toEqual({ set: null, kept: null, live: {} });
});

test.each([
  ["sysctl 60\ns = 1\n", "answered with malformed frames"],
  ["sysctl 6\ns = 1\n", "shows a configuration without firewall, interfaces, ipsec, routing"],
  [kept, "left out links"],
])("a reading of %j is not understood", async (stdout, words) => {
  await answer(stdout);
  const error = await rejection(readConfig(session, stdout === kept ? ["links"] : []));
  expect(error).toBeInstanceOf(RouterAnswerError);
  expect(error.message).toContain(words);
});

test("removing sends the way back alone; a failure is told", async () => {
  await answer("");
  await removeConfig(session, { interfaces: "link delete a\n" });
  expect(await received()).toEqual({ argv: ["remove"], frames: [["undo/interfaces", "link delete a\n"]] });
  await answer("", "no\n", 1);
  await expect(removeConfig(session, { interfaces: "" })).rejects.toBeInstanceOf(RouterAnswerError);
});

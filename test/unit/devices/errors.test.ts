import { expect, test } from "vitest";
import * as errors from "../../../devices/errors.ts";

const where = "127.0.0.1:2201";
const command = ["ip", "-json", "link"];
const samples: Error[] = [
  new errors.UnreachableError({
    node: "r1",
    where,
    connectTimeoutMs: 30_000,
    attempts: 12,
    last: "connect ECONNREFUSED",
  }),
  new errors.HostKeyError({ node: "r1", where, expected: "ssh-ed25519 SHA256:aaa", seen: "SHA256:bbb" }),
  new errors.AuthenticationError({ node: "r1", where }),
  new errors.HandshakeError({ node: "r1", where, said: "Invalid identification string" }),
  new errors.ConnectionLostError({ node: "r1", command, said: "Keepalive timeout" }),
  new errors.CommandRefusedError({ node: "r1", command, said: "open failed" }),
  new errors.CommandTimeoutError({ node: "r1", command, timeoutMs: 10_000, seen: "it had printed 0 bytes" }),
  new errors.EndlessOutputError({ node: "r1", command: ["yes"], maxOutputBytes: 8_388_608 }),
  new errors.InterruptedError({ node: "r1", doing: "connecting to 127.0.0.1:2201", cause: new Error("Ctrl-C") }),
  new errors.RunningCommandError({
    node: "r1",
    command: ["tcpdump"],
    what: "ended with exit code 1",
    stderr: "eth9: No such device\n",
  }),
  new errors.RouterAnswerError({
    node: "r1",
    command: ["config", "read"],
    what: "answered with malformed frames",
    said: "",
  }),
  new errors.PushError({
    node: "r1",
    command: ["config", "push"],
    outcome: "restored",
    step: "ipsec",
    toolOutput: "ipsec: no\n",
  }),
];

test("the messages, whole", () => {
  expect(samples.map((error) => `${error.name}\n${error.message}`).join("\n\n")).toMatchInlineSnapshot(`
    "UnreachableError
    r1: not reached at 127.0.0.1:2201 within 30000 ms
      why  12 attempts, the last one: connect ECONNREFUSED
      fix  see with \`docker ps\` that the node's container runs, and with \`docker logs\` that it has booted; deploy the lab again if it is gone

    HostKeyError
    r1: the SSH host key at 127.0.0.1:2201 is not the pinned one; nothing was sent
      why  expected ssh-ed25519 SHA256:aaa, saw SHA256:bbb: the router was rebuilt outside this lab, or something else answers at this address
      fix  if you rebuilt the router, deploy the lab again, which pins the new key; otherwise find out what listens there before going on

    AuthenticationError
    r1: the router at 127.0.0.1:2201 refused the lab's SSH key for user root
      why  the router was made with another key than the one in the lab's folder, or its authorized_keys was changed
      fix  put the lab's key file back, or deploy the lab again so that router and key are made together

    HandshakeError
    r1: what answers at 127.0.0.1:2201 cannot be spoken to by SSH
      why  Invalid identification string
      fix  see what listens at this address and port; the inventory may be of an older deploy: deploy the lab again

    ConnectionLostError
    r1: the connection ended while «ip -json link» was at work
      why  Keepalive timeout
      fix  the next call connects anew; if it happens again, see with \`docker logs\` whether the router restarts

    CommandRefusedError
    r1: the router did not start «ip -json link»
      why  open failed
      fix  see the router's sshd messages with \`docker logs\`; too many open sessions go away by themselves

    CommandTimeoutError
    r1: «ip -json link» did not end within 10000 ms
      why  when it was given up: it had printed 0 bytes
      fix  run it by hand on the router to see what it waits for; raise the deadline if the machine is merely slow

    EndlessOutputError
    r1: endless output: «yes» printed more than 8388608 bytes and was stopped
      why  the whole output is kept in memory, so it has a bound
      fix  ask the command for less: a narrower filter, a packet count, a shorter time

    InterruptedError
    r1: interrupted while connecting to 127.0.0.1:2201
      why  Ctrl-C
      fix  nothing to mend here; start again when you like

    RunningCommandError
    r1: «tcpdump» ended with exit code 1
      why  eth9: No such device
      fix  run it by hand on the router; most often the interface named does not exist

    RouterAnswerError
    r1: «config read» answered with malformed frames
      why  it said nothing
      fix  the router's image and this program may be of different versions: build the image again and deploy the lab

    PushError
    r1: the configuration was not taken (step ipsec); the former configuration was put back
      why  ipsec: no
      fix  mend what the tool names and deploy again"
  `);
});

test("every class of the file has a sample, its own name, and says why and how to mend", () => {
  const concrete = Object.values(errors).filter(
    (value) => typeof value === "function" && value.prototype instanceof errors.DeviceError,
  );
  expect(new Set(samples.map((error) => error.constructor))).toEqual(new Set(concrete));
  for (const error of samples) {
    expect(error.name).toBe(error.constructor.name);
    expect(error.message).toMatch(/^r1: .+\n {2}why {2}.+\n {2}fix {2}.+$/s);
  }
});

test("a long command is cut, odd words are quoted", () => {
  expect(errors.describeCommand(["ip", "route", "a b", ""])).toBe('«ip route "a b" ""»');
  expect(errors.describeCommand(["x".repeat(500)])).toHaveLength(163);
});

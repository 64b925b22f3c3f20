/** The section `keepalive` as it is read back: no difference is the same text. */
import { expect, test } from "vitest";
import { liveSections } from "../../../provider/resources/live-sections.ts";

const none = { sysctl: "", firewall: "", interfaces: "", ipsec: "", routing: "", keepalive: "" };
const lines = "tunnel0 period 10 retries 3\n";
const keepaliveOf = (kept: string, keepalive: string, daemons: string) =>
  liveSections({ set: "set.1", kept: { ...none, keepalive: kept }, live: { keepalive, daemons } }, none).keepalive;

test("a daemon that runs with the file that was pushed is no difference", () => {
  expect(keepaliveOf(lines, lines, "sshd running\nkeepalive running\n")).toBe(lines);
});
test("a daemon that ended is a line more, so that the next apply starts it", () => {
  expect(keepaliveOf(lines, lines, "sshd running\nkeepalive stopped\n")).toBe(`# tw-keepalive does not run\n${lines}`);
});
test("a file that was changed or taken away is shown as it is", () => {
  const changed = "tunnel0 period 1 retries 3\n";
  expect(keepaliveOf(lines, changed, "keepalive running\n")).toBe(changed);
  expect(keepaliveOf(lines, "", "keepalive running\n")).toBe("");
});
test("no keepalives, no daemon: no difference; a daemon that somebody started shows its file", () => {
  expect(keepaliveOf("", "", "sshd running\n")).toBe("");
  expect(keepaliveOf("", lines, "keepalive running\n")).toBe(lines);
});
test("a keepalive daemon that ended is no fault of the routing", () => {
  const kept = { ...none, keepalive: lines, routing: "hostname r1\n" };
  const live = { keepalive: lines, daemons: "keepalive stopped\nzebra running\n", routing: "hostname r1\n" };
  expect(liveSections({ set: "set.1", kept, live }, none).routing).not.toContain("does not run");
});

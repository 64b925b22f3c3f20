/** What our provider tells reaches the command line, and nobody minds when it does not. */
import { existsSync, statSync } from "node:fs";
import { connect } from "node:net";
import { dirname } from "node:path";
import { expect, test, vi } from "vitest";
import { openProgressSocket } from "../../../cli/terraform/progress-socket.ts";
import type { LabProgress } from "../../../model/lab-progress.ts";
import { progressTeller } from "../../../provider/tell-progress.ts";

test("told, heard, and nothing left", async () => {
  const heard: LabProgress[] = [];
  const socket = await openProgressSocket((progress) => heard.push(progress));
  expect(statSync(dirname(socket.path)).mode & 0o777).toBe(0o700);
  const told: LabProgress[] = [
    { kind: "node-answers", node: "r1" },
    { kind: "check-waits", id: "a", seen: 'quotes " and\nlines' },
  ];
  const teller = progressTeller(socket.path);
  for (const progress of told) teller.tell(progress);
  teller.close();
  await vi.waitUntil(() => heard.length === told.length);
  expect(heard).toEqual(told);
  await socket.close();
  expect(existsSync(dirname(socket.path))).toBe(false);
});

test("a line that was cut short is passed over", async () => {
  const heard: LabProgress[] = [];
  const socket = await openProgressSocket((progress) => heard.push(progress));
  connect(socket.path).end('{"kind":"node-an\n{"kind":"node-answers","node":"r1"}\n');
  await vi.waitUntil(() => heard.length === 1);
  expect(heard).toEqual([{ kind: "node-answers", node: "r1" }]);
  await socket.close();
});

test("closing does not wait for a provider that hangs", async () => {
  const socket = await openProgressSocket(() => undefined);
  const hanging = connect(socket.path).on("error", () => undefined);
  await new Promise((resolve) => hanging.once("connect", resolve));
  await socket.close();
  hanging.destroy();
});

test.each([undefined, "", "/nowhere/at/all"])("nobody listens at %j: no fault", async (path) => {
  const teller = progressTeller(path);
  teller.tell({ kind: "node-answers", node: "r1" });
  await new Promise((resolve) => setImmediate(resolve));
  teller.tell({ kind: "node-confirms", node: "r1" });
  teller.close();
});

import { expect, test } from "vitest";
import { Children } from "../../../bench/children.ts";

const cwd = process.cwd();
const node = (program: string) => ["-e", program] as const;

test("gives what a command printed", async () =>
  expect(await new Children().run(process.execPath, node("console.log('done')"), { cwd })).toBe("done\n"));

test("fails with the end of what the command said", async () =>
  await expect(
    new Children().run(process.execPath, node("console.error('no disk'); process.exit(3)"), { cwd }),
  ).rejects.toThrow(/ended with 3:\nno disk$/));

test("an interruption reaches the command once, and it ends in its own order", async () => {
  const children = new Children();
  const program = `process.on("SIGINT", () => { console.log("put away"); process.exit(0); }); setInterval(() => {}, 1000); process.stderr.write("up")`;
  const running = children.run(process.execPath, node(program), { cwd });
  await expect.poll(() => children.lastWords).toContain("up");
  children.interrupt();
  expect(await running).toBe("put away\n");
  expect(children.interrupted).toBe(true);
});

test("a second interruption kills it", async () => {
  const children = new Children();
  const program = `process.on("SIGINT", () => process.stderr.write("deaf")); setInterval(() => {}, 1000); process.stderr.write("up")`;
  const running = children.run(process.execPath, node(program), { cwd });
  const ended = expect(running).rejects.toThrow("ended with a signal");
  await expect.poll(() => children.lastWords).toContain("up");
  children.interrupt();
  await expect.poll(() => children.lastWords).toContain("deaf");
  children.interrupt();
  await ended;
});

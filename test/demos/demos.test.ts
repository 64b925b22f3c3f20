/** Every demo on its lab, against the text that it is known to print; docs/labs.md is written from the same texts. */
import { expect, test } from "vitest";
import { demos } from "../../demos/index.ts";
import { runDemo, withLabOfDemo } from "./demo-lab.ts";

test.each(Object.keys(demos))("%s", async (name) => {
  const left = await withLabOfDemo(name, async () => {
    const { exitCode, stdout, all } = await runDemo(name);
    expect(exitCode, all).toBe(0);
    await expect(stdout).toMatchFileSnapshot(`golden/${name}.txt`);
  });
  expect(left).toEqual([]);
});

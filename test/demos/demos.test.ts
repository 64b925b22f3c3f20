/** Every demo on its lab, against the text that it is known to print; docs/labs.md is written from the same texts. */
import { expect, test } from "vitest";
import { demos } from "../../demos/index.ts";
import { expectToldAsKnown, runDemo, withLabsOfDemo } from "./demo-lab.ts";

test.each(Object.entries(demos))("%s", async (name, { labs }) => {
  const left = await withLabsOfDemo(labs, async () => {
    const { exitCode, stdout, all } = await runDemo(name);
    expect(exitCode, all).toBe(0);
    await expectToldAsKnown(stdout, name);
  });
  expect(left).toEqual([]);
});

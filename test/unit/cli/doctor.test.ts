/** `doctor` as it is called, on whatever machine this is. */
import { expect, test } from "vitest";
import { makeFolder } from "./support.ts";

test("an image that is not there: told, with what to do, and exit code 3", async () => {
  const ended = await makeFolder().tunnelwright("doctor", "iol=tunnelwright-test/no-such-image:1", "--count", "1");
  expect(ended.code).toBe(3);
  // Without an engine that is what is lacking.
  if (ended.stdout === "") expect(ended.stderr).toContain("the Docker engine at");
  else
    expect(ended.stdout).toContain(
      "✖ missing  image tunnelwright-test/no-such-image:1\n           fix  build it from your own IOS on Linux",
    );
});

test.each([
  [["router=image"], '"router=image" is not KIND=IMAGE, with a kind of iol, vios, csr1000v, c8000v'],
  [["iol"], '"iol" is not KIND=IMAGE'],
  [["iol=x", "--count", "0"], "It is a number from 1 to 99."],
])("misuse: %j", async (args, said) => {
  const ended = await makeFolder().tunnelwright("doctor", ...args);
  expect(ended.code).toBe(2);
  expect(ended.stderr).toContain(said);
});

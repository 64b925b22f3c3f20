import { expect, test } from "vitest";
import { keepResult } from "../../../provider/keep-result.ts";
import { renderJunit } from "../../../reports/index.ts";
import { failed, passed } from "../reports/support.ts";
import { makeFolder } from "./support.ts";

test("the JUnit report beside the latest result is of that result, or there is none", async () => {
  const folder = makeFolder();
  const names = () => folder.list("results").filter((name) => name.startsWith("latest"));
  await keepResult(folder.path, passed, renderJunit(passed));
  expect(names()).toEqual(["latest.json", "latest.junit.xml"]);
  expect(folder.read("results/latest.junit.xml")).toBe(renderJunit(passed));
  // A deploy verifies in the provider, which renders nothing.
  await keepResult(folder.path, failed);
  expect(names()).toEqual(["latest.json"]);
  expect(JSON.parse(folder.read("results/latest.json"))).toEqual(failed);
});

/** The long form; 20,000 streams of another seed are in the unit tests. */
import { test } from "vitest";
import { fuzzPromptReader } from "./ios-streams.ts";

const count = Number(process.env.TW_FUZZ_COUNT ?? 1_000_000);

test(`${count} byte streams into the prompt reader: no crash, none over 100 ms, no line lost`, () => {
  fuzzPromptReader(count, 1);
});

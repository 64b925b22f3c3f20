/** The examples for continuous integration: YAML that its service reads, and commands that there are. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { makeFolder } from "./support.ts";

const example = (name: string): string => readFileSync(join(import.meta.dirname, "../../../examples/ci", name), "utf8");

/** Each call of the command line, in words. */
const callsIn = (text: string): string[][] =>
  [...text.matchAll(/npx tunnelwright (.+)/g)].map(([, words = ""]) => words.split(/\s+/));

test.each(["github.yml", "gitlab.yml"])(
  "%s: every verb and every option is there",
  { timeout: 60_000 },
  async (name) => {
    const folder = makeFolder();
    const calls = callsIn(example(name));
    expect(calls.length).toBeGreaterThan(2);
    const verbs = [...new Set(calls.map(([verb = ""]) => verb))];
    const asked = verbs.map(async (verb) => [verb, (await folder.tunnelwright(verb, "--help")).stdout] as const);
    const helps = new Map(await Promise.all(asked));
    for (const [verb = "", ...words] of calls) {
      expect(helps.get(verb), verb).toMatch(/^Usage: tunnelwright/);
      for (const option of words.filter((word) => /^--?[a-z]/.test(word))) expect(helps.get(verb)).toContain(option);
    }
  },
);

test("GitHub's is a workflow whose steps each do one thing, and the lab goes whatever happened", () => {
  const { jobs } = parse(example("github.yml")) as {
    jobs: { lab: { steps: { uses?: string; run?: string; if?: string }[] } };
  };
  const { steps } = jobs.lab;
  for (const { uses, run } of steps) expect([uses, run].filter(Boolean)).toHaveLength(1);
  expect(steps.at(-1)).toMatchObject({ if: "always()", run: 'npx tunnelwright down "$LAB"' });
});

test("GitLab's keeps report and JUnit also of a run that failed", () => {
  const { lab } = parse(example("gitlab.yml")) as {
    lab: { script: string[]; artifacts: { when: string; paths: string[]; reports: { junit: string } } };
  };
  expect(lab.script).toHaveLength(1);
  expect(lab.artifacts).toMatchObject({ when: "always", paths: ["report.html"], reports: { junit: "junit.xml" } });
});

/** `up`, `down` and `rebuild` are struck at random moments; whatever is left, `up` converges, and `down` leaves nothing. */
import { afterAll, expect, test } from "vitest";
import { askEngine, onNode } from "../live/lab-commands.ts";
import { drawInterruption, type Blow, type Interruption } from "./interruption-draws.ts";
import { isOurProvider, isTerraform, treeOf } from "./process-tree.ts";
import { Draws } from "./random.ts";
import type { Running, SoakLab, TimedEnd } from "./soak-lab.ts";

/** After a signal that asks for it a verb ends within this time; Terraform lets its providers finish what they do. */
const endDeadlineSeconds = 120;
/** Node starts, and reads the program; until then a signal ends the process as it ends any. */
const listensAfterSeconds = 1;
/** What is there to be struck is looked for so often. */
const lookMs = 20;
/** A draw whose victim never showed is drawn anew; so often, then something is wrong with the tool. */
const mostDraws = 20;

/** Registers the tests; the lab is up before them. */
export function describeInterruptions(lab: SoakLab, count: number, seed: number): void {
  const draws = new Draws(seed);
  const table = [
    `interruptions of ${lab.name}; TW_SOAK_SEED=${seed} repeats them`,
    " no  verb     at s  what was done             it ended  then `up`",
  ];
  let isUp = true;

  /** Runs a verb that nobody disturbs. */
  const undisturbed = async (verb: "up" | "down"): Promise<void> => {
    const { exitCode, all } = await lab.run(verb);
    expect(exitCode, all).toBe(0);
    isUp = verb === "up";
    if (!isUp) await lab.mustBeGone();
  };

  afterAll(() => {
    console.log(table.join("\n"));
  });

  for (let number = 1; number <= count; number += 1)
    test(`interruption ${number} of ${count}`, { timeout: 1_500_000 }, async () => {
      for (let tried = 1; ; tried += 1) {
        const drawn = drawInterruption(draws);
        // `up` of a lab that stands has nothing to do but its checks; the others need one that stands.
        if (isUp === (drawn.verb === "up")) await undisturbed(isUp ? "down" : "up");
        const { struckAtSeconds, ended } = await strike(lab, drawn);
        isUp = true;
        if (struckAtSeconds === null && tried < mostDraws) continue;
        expect(struckAtSeconds, ended.all).not.toBeNull();
        judgeEnd(drawn, ended, struckAtSeconds ?? 0);
        const then = await converge(lab, drawn);
        table.push(
          [
            String(number).padStart(3),
            drawn.verb.padEnd(7),
            (struckAtSeconds ?? 0).toFixed(1).padStart(5),
            drawn.blow.padEnd(24),
            `exit ${ended.exitCode ?? "-"}`.padEnd(8),
            then,
          ].join("  "),
        );
        return;
      }
    });
}

/** Runs the verb and strikes at the moment, or as soon as there is something to strike; `null` when there never was. */
async function strike(
  lab: SoakLab,
  { verb, blow, moment, victim }: Interruption,
): Promise<{ struckAtSeconds: number | null; ended: TimedEnd }> {
  const began = performance.now();
  const running = await lab.start(verb);
  const atSeconds = moment * lab.usualSeconds(verb);
  const passed = () => (performance.now() - began) / 1000;
  let struckAtSeconds: number | null = null;
  while (struckAtSeconds === null && !running.hasEnded()) {
    if (passed() >= atSeconds && (await blowAt(lab, running, blow, victim))) struckAtSeconds = passed();
    else await new Promise((resolve) => setTimeout(resolve, lookMs));
  }
  return { struckAtSeconds, ended: await running.ended };
}

/** Whether there was something to strike. */
async function blowAt(lab: SoakLab, { pid, stopListening }: Running, blow: Blow, victim: number): Promise<boolean> {
  const kill = (pids: readonly number[], signal: NodeJS.Signals): boolean => {
    for (const each of pids)
      try {
        process.kill(each, signal);
      } catch {
        return false; // it ended meanwhile
      }
    return pids.length > 0;
  };
  switch (blow) {
    case "Ctrl-C":
      return kill([-pid], "SIGINT");
    case "terminal gone":
      return kill([-pid], "SIGHUP");
    case "SIGINT to tunnelwright":
      return kill([pid], "SIGINT");
    case "SIGTERM to tunnelwright":
      return kill([pid], "SIGTERM");
    case "nobody listens":
      stopListening();
      return true;
    case "kill -9 of tunnelwright":
      return kill([pid], "SIGKILL");
    case "kill -9 of Terraform":
      return kill(
        treeOf(pid)
          .filter(isTerraform)
          .map((each) => each.pid),
        "SIGKILL",
      );
    case "kill -9 of our provider":
      return kill(
        treeOf(pid)
          .filter(isOurProvider)
          .map((each) => each.pid),
        "SIGKILL",
      );
    case "a container killed": {
      const filters = encodeURIComponent(
        JSON.stringify({ label: [`tunnelwright.lab=${lab.name}`], status: ["running"] }),
      );
      const running = JSON.parse(await askEngine("GET", `/containers/json?filters=${filters}`)) as { Id: string }[];
      const chosen = running[Math.floor(victim * running.length)];
      if (!chosen) return false;
      return askEngine("POST", `/containers/${chosen.Id}/kill`).then(
        () => true,
        () => false, // it went by itself
      );
    }
    case "a clock stepped":
      return onNode(lab.name, victim < 0.5 ? "r1" : "r2", "date -s @$(( $(date +%s) + 86400 ))").then(
        () => true,
        () => false, // there is no router that could be asked yet, or none any more
      );
  }
}

/** Asked to end it says so by its exit code; else it has done all it was to do, or tells that something failed. */
function judgeEnd({ blow, verb }: Interruption, { exitCode, all, seconds }: TimedEnd, struckAtSeconds: number): void {
  expect(seconds - struckAtSeconds, all).toBeLessThan(endDeadlineSeconds);
  const asked: readonly Blow[] = ["Ctrl-C", "terminal gone", "SIGINT to tunnelwright", "SIGTERM to tunnelwright"];
  // It may have been at its last line.
  if (asked.includes(blow) && exitCode === undefined) {
    // So early that nobody listened yet: nothing was begun, and nothing said.
    expect(struckAtSeconds).toBeLessThan(listensAfterSeconds);
    expect(all).toBe("");
  } else if (asked.includes(blow)) expect([4, 0], all).toContain(exitCode);
  // It hears of it when it has something to say, which may be never.
  else if (blow === "nobody listens") expect([4, 0], all).toContain(exitCode);
  else if (blow === "kill -9 of tunnelwright") expect(exitCode).toBeUndefined();
  else if (verb === "down") expect(exitCode, all).toBe(0);
  else expect([0, 1, 3], all).toContain(exitCode);
  expect(all).not.toMatch(/\n\s+at \S+ \(?(?:file:|node:)/);
}

/** `up` ends well, or says in a sentence what to do, and that helps. Gives what came, for the table. */
async function converge(lab: SoakLab, { blow }: Interruption): Promise<string> {
  const up = await lab.run("up");
  if (up.exitCode === 0) {
    expect(lab.latest.verdict).toBe("pass");
    return `converges, ${up.seconds.toFixed(0)} s`;
  }
  // A clock that somebody set stays so, and nothing but the check of the clocks may mind.
  expect(blow, up.all).toBe("a clock stepped");
  const wrong = lab.latest.checks.filter(({ verdict }) => verdict !== "pass");
  expect(wrong.map(({ kind }) => kind)).toEqual(["clocks"]);
  const told = wrong[0]!.lookAt.join("\n");
  expect(told).toContain("restart its container");
  const router = /clock of (\S+):/.exec(wrong[0]!.summary)?.[1] ?? "";
  expect(up.all).toContain(`clock of ${router}`);
  await askEngine("POST", `/containers/tw-${lab.name}-${router}/restart?t=5`);
  const again = await lab.run("up");
  expect(again.exitCode, again.all).toBe(0);
  return `says to restart ${router}; then converges, ${again.seconds.toFixed(0)} s`;
}

/** Which verb is interrupted, by what, and when: drawn by a seed, so that a failure can be repeated. */
import type { Draws } from "./random.ts";

export const verbs = ["up", "down", "rebuild"] as const;
export type Verb = (typeof verbs)[number];

/** What is done to a verb at work. */
export const blows = {
  "Ctrl-C": "SIGINT to the command line's process group, as a terminal sends it",
  "SIGINT to tunnelwright": "SIGINT to that process alone",
  "SIGTERM to tunnelwright": "SIGTERM to that process alone",
  "terminal gone": "SIGHUP to the command line's process group",
  "nobody listens": "what reads its output is gone",
  "kill -9 of tunnelwright": "what it started goes on without it",
  "kill -9 of Terraform": "its children are left alone",
  "kill -9 of our provider": "in the middle of whatever it does",
  "a container killed": "any of the lab's that runs",
  "a clock stepped": "a router's, a day ahead",
} as const;
export type Blow = keyof typeof blows;

/** One interruption, as it was drawn. */
export interface Interruption {
  readonly verb: Verb;
  readonly blow: Blow;
  /** When: as a part of the time that the verb takes undisturbed. */
  readonly moment: number;
  /** Which of the containers or routers. */
  readonly victim: number;
}

/** The next one. Every draw takes as many numbers, so that one more kind of blow changes no other draw's moment. */
export function drawInterruption(draws: Draws): Interruption {
  return {
    verb: draws.oneOf(verbs),
    blow: draws.oneOf(Object.keys(blows) as Blow[]),
    moment: draws.next(),
    victim: draws.next(),
  };
}

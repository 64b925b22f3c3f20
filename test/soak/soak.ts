/** Rebuilds, then interruptions of one lab; it is claimed, stood up and in the end gone. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { claimLab, releaseLab } from "../live/claim-lab.ts";
import { describeInterruptions } from "./interruptions.ts";
import { describeRebuilds } from "./rebuilds.ts";
import { volumeNames, type SoakLab } from "./soak-lab.ts";

export interface Soak {
  readonly rebuildCount: number;
  readonly interruptionCount: number;
  readonly seed: number;
}

/** As many as the environment says, else these; a seed that is told repeats what was drawn. */
export function soakOf(rebuildCount: number, interruptionCount: number): Soak {
  const { TW_SOAK_REBUILDS, TW_SOAK_INTERRUPTIONS, TW_SOAK_SEED } = process.env;
  return {
    rebuildCount: Number(TW_SOAK_REBUILDS ?? rebuildCount),
    interruptionCount: Number(TW_SOAK_INTERRUPTIONS ?? interruptionCount),
    seed: Number(TW_SOAK_SEED ?? 1 + (Date.now() % 1_000_000)),
  };
}

/** What else is done with the lab. */
export interface SoakSteps {
  /** Before it is stood up. */
  readonly prepare?: () => void;
  /** Registers tests, for the lab while it stands undisturbed. */
  readonly first?: () => void;
}

/** Registers the tests. */
export function describeSoak(
  lab: SoakLab,
  { rebuildCount, interruptionCount, seed }: Soak,
  { prepare, first }: SoakSteps = {},
): void {
  let volumes: string[] = [];

  beforeAll(async () => {
    await claimLab(lab.name);
    volumes = await volumeNames();
    prepare?.();
    const up = await lab.run("up");
    expect(up.exitCode, up.all).toBe(0);
  });

  afterAll(async () => {
    // Whatever a failed test left.
    await lab.run("down");
    lab.end();
    expect(await releaseLab(lab.name)).toEqual([]);
  });

  first?.();
  if (rebuildCount > 0) describeRebuilds(lab, rebuildCount);
  if (interruptionCount > 0) describeInterruptions(lab, interruptionCount, seed);

  test("down leaves no container, network, volume, process or file", async () => {
    const temporary = lab.temporaryFiles();
    const down = await lab.run("down");
    expect(down.exitCode, down.all).toBe(0);
    await lab.mustBeGone();
    expect(await volumeNames()).toEqual(volumes);
    expect(lab.temporaryFiles()).toEqual(temporary);
    // What is killed cannot clear away.
    if (interruptionCount === 0) expect(temporary).toEqual([]);
    console.log(
      `after down: 0 containers, networks, volumes, processes, and files but Terraform's empty state; ${temporary.length} temporary files of what was killed`,
    );
  });
}

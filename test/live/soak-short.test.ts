/** The lane soak in short, on the smallest lab: rebuilds that leave nothing, verbs that are struck, all by the built command line. */
import { describe } from "vitest";
import { describeInterruptions } from "../soak/interruptions.ts";
import { describeRebuilds } from "../soak/rebuilds.ts";
import { smallLab, SoakLab } from "../soak/soak-lab.ts";

describe("rebuilt", () => describeRebuilds(new SoakLab(smallLab("soak-short")), 3));
describe("struck", () =>
  describeInterruptions(
    new SoakLab(smallLab("soak-short")),
    Number(process.env.TW_SOAK_INTERRUPTIONS ?? 3),
    Number(process.env.TW_SOAK_SEED ?? 1 + (Date.now() % 1_000_000)),
  ));

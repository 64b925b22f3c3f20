/** `scripts/test --lane soak`: as many interruptions as TW_SOAK_INTERRUPTIONS says, drawn by TW_SOAK_SEED, of the lab that TW_SOAK_LAB names. */
import { describeInterruptions } from "./interruptions.ts";
import { SoakLab } from "./soak-lab.ts";

const seed = Number(process.env.TW_SOAK_SEED ?? 1 + (Date.now() % 1_000_000));
describeInterruptions(
  new SoakLab(process.env.TW_SOAK_LAB ?? "gre-over-ipsec"),
  Number(process.env.TW_SOAK_INTERRUPTIONS ?? 100),
  seed,
);

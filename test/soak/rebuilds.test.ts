/** `scripts/test --lane soak`: rebuilds in a row, as many as TW_SOAK_REBUILDS says, of the lab that TW_SOAK_LAB names. */
import { describeRebuilds } from "./rebuilds.ts";
import { SoakLab } from "./soak-lab.ts";

describeRebuilds(new SoakLab(process.env.TW_SOAK_LAB ?? "gre-over-ipsec"), Number(process.env.TW_SOAK_REBUILDS ?? 50));

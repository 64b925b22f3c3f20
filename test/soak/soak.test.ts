/** `scripts/test --lane soak`: TW_SOAK_REBUILDS rebuilds in a row, TW_SOAK_INTERRUPTIONS interruptions drawn by TW_SOAK_SEED, of the lab that TW_SOAK_LAB names. */
import { describeSoak, soakOf } from "./soak.ts";
import { SoakLab } from "./soak-lab.ts";

describeSoak(new SoakLab(process.env.TW_SOAK_LAB ?? "gre-over-ipsec"), soakOf(50, 100));

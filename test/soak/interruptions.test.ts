/** `scripts/test --lane soak`: TW_SOAK_INTERRUPTIONS interruptions drawn by TW_SOAK_SEED, of the smallest lab or the one that TW_SOAK_LAB names. */
import { describeSoak, soakOf } from "./soak.ts";
import { smallLab, SoakLab } from "./soak-lab.ts";

const lab = new SoakLab(process.env.TW_SOAK_LAB ?? smallLab("soak-interrupted"));
describeSoak(lab, { ...soakOf(0, 100), rebuildCount: 0 });

/** The lane soak in short, on the smallest lab, by somebody whose files are everybody's, with a key that is an attack where it is not carried as it is. */
import { describeHostile, plantHostileKey } from "../soak/hostile.ts";
import { describeLossy } from "../soak/lossy.ts";
import { describeModes } from "../soak/modes.ts";
import { describeSoak, soakOf } from "../soak/soak.ts";
import { smallLab, SoakLab } from "../soak/soak-lab.ts";

const lab = new SoakLab(smallLab("soak-short"), 0o000);
describeSoak(lab, soakOf(2, 3), {
  prepare: () => plantHostileKey(lab),
  first: () => {
    describeHostile(lab);
    describeModes(lab);
    describeLossy(lab, 1);
  },
});

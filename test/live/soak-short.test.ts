/** The lane soak in short, on the smallest lab, with files open to everybody unless somebody says no. */
import { describeSoak, soakOf } from "../soak/soak.ts";
import { smallLab, SoakLab } from "../soak/soak-lab.ts";

describeSoak(new SoakLab(smallLab("soak-short"), 0o000), soakOf(2, 3));

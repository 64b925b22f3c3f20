/** `scripts/test --lane soak`: TW_SOAK_REBUILDS rebuilds in a row, and what a bad path and a curious reader do, of the lab that TW_SOAK_LAB names. */
import { describeLossy } from "./lossy.ts";
import { describeModes } from "./modes.ts";
import { describeSecrets } from "./secrets.ts";
import { describeSoak, soakOf } from "./soak.ts";
import { SoakLab } from "./soak-lab.ts";

const lab = new SoakLab(process.env.TW_SOAK_LAB ?? "gre-over-ipsec");
describeSoak(
  lab,
  { ...soakOf(50, 0), interruptionCount: 0 },
  {
    first: () => {
      describeModes(lab);
      describeLossy(lab, 10);
      describeSecrets(lab);
    },
  },
);

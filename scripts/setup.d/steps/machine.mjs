import { freeMegabytes, gigabytes } from "../disk.mjs";
import { Trouble } from "../trouble.mjs";

/** @import { Step } from "../context.mjs" */

/** What no package can mend: the kind of machine. The room on its disks is judged when all steps have said what they need. */
/** @type {Step} */
export const machine = {
  name: "machine",
  why: "the routers are amd64 Linux programs",
  async look(context) {
    if (context.platform !== "linux")
      throw new Trouble({
        what: `The labs need Linux, and this is ${context.platform}.`,
        mend: "run them in an amd64 Linux virtual machine",
      });
    if (context.arch !== "x64")
      throw new Trouble({
        what: `The routers' kernel runs on amd64 processors only, and this one is ${context.arch}.`,
        mend: "run the labs on an amd64 machine or virtual machine",
      });
    return { ready: true, told: `amd64 Linux, ${gigabytes(await freeMegabytes(context, context.root))} free` };
  },
};

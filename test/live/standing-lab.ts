/** standing-lab NAME: a suite that stands a lab up by the test kit, and then has all the time in the world. */
import { LabUnderTest } from "../../testing/lab-under-test.ts";

await LabUnderTest.standUp(process.argv[2] ?? "");
await new Promise((resolve) => setTimeout(resolve, 600_000));

/**
 * guard FOLDER LAB: takes the lab down when whoever started it is gone without a word. Its standard input is open for as long as the
 * tests live; `released` on it means that they took the lab down themselves.
 */
import { text } from "node:stream/consumers";
import { tunnelwright } from "./own-command.ts";

const [folder = "", lab = ""] = process.argv.slice(2);
// A Ctrl-C in the terminal is for the tests.
process.on("SIGINT", () => undefined);
process.on("SIGHUP", () => undefined);
if ((await text(process.stdin)) !== "released") await tunnelwright(folder, "down", lab);

// Stands for the router's config program: keeps what it was sent and answers what the test laid ready.
// Its place is the folder of this file's copy: `answer.json` { stdout, stderr, exitCode }, `argv.json`, `stdin`.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const folder = process.argv[2];
const words = process.argv.slice(3);
writeFileSync(join(folder, "argv.json"), JSON.stringify(words));
writeFileSync(join(folder, "stdin"), readFileSync(0));
// `answer-VERB.json`, where a test says more than one thing.
const own = join(folder, `answer-${words[0]}.json`);
const { stdout, stderr, exitCode } = JSON.parse(
  readFileSync(existsSync(own) ? own : join(folder, "answer.json"), "utf8"),
);
process.stdout.write(Buffer.from(stdout, "base64"));
process.stderr.write(stderr);
process.exitCode = exitCode;

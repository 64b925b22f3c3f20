/** scripts/test: set-up, then a lane of checks and tests; the last line is for continuous integration to read. */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { setUpFirst, show } from "./command.mjs";
import { installPackages } from "./setup.d/apt.mjs";
import { makeContext } from "./setup.d/context.mjs";
import { provideOpenTofu } from "./setup.d/opentofu.mjs";
import { which } from "./setup.d/run.mjs";
import { CommandFailed, Trouble, exitCodes } from "./setup.d/trouble.mjs";
import { countTests } from "./test-count.mjs";

/** The C compiler, with what it needs to watch memory, for the tests of the router's own daemon. @type {[string, string][]} */
const compiler = [
  ["/usr/bin/gcc", "gcc"],
  ["/usr/include/stdio.h", "libc6-dev"],
];

/**
 * What each lane runs: the static checks or not, and which vitest projects; `packages` are a file that is looked for, and the Debian
 * package that brings it.
 * @type {Map<string, { checks: boolean, projects: string[], withOpenTofu?: boolean, packages?: [string, string][], environment?: Record<string, string> }>}
 */
const lanes = new Map([
  ["default", { checks: true, projects: ["unit", "terraform", "live"], packages: compiler }],
  ["unit", { checks: false, projects: ["unit"], packages: compiler }],
  ["terraform", { checks: false, projects: ["terraform"] }],
  ["live", { checks: false, projects: ["live"] }],
  ["opentofu", { checks: false, projects: ["terraform"], withOpenTofu: true }],
  ["matrix", { checks: false, projects: ["matrix"] }],
  ["survival", { checks: false, projects: ["survival"] }],
  ["soak", { checks: false, projects: ["soak"] }],
  ["demos", { checks: false, projects: ["demos"] }],
  ["failover", { checks: false, projects: ["failover"] }],
  ["scale", { checks: false, projects: ["scale"] }],
  ["swarm", { checks: false, projects: ["swarm"] }],
  ["fuzz", { checks: false, projects: ["fuzz"], packages: compiler, environment: { TW_FUZZ_COUNT: "1000000" } }],
  ["browser", { checks: false, projects: ["browser"], packages: [["/usr/bin/chromium", "chromium"]] }],
  ["package", { checks: false, projects: ["package"] }],
  ["cdktn", { checks: false, projects: ["cdktn"] }],
  ["emulators", { checks: false, projects: ["emulators"] }],
  [
    "oracles",
    {
      checks: false,
      projects: ["oracles"],
      packages: [
        ["/usr/lib/python3/dist-packages/scapy", "python3-scapy"],
        ["/usr/lib/python3/dist-packages/cryptography", "python3-cryptography"],
        ["/usr/bin/tshark", "tshark"],
      ],
    },
  ],
]);

/** What tests are held against, and a user of the labs does not need: the command and its Debian package. */
const testTools = [
  ["tcpdump", "tcpdump"],
  ["ssh", "openssh-client"],
];

const help = `scripts/test [--lane NAME] [--help]

Sets the machine up (scripts/setup), then runs a lane:
  default    npm run check, then every test, real routers included
  unit       the tests that need no container and no Terraform
  terraform  the provider against the real Terraform
  opentofu   the same against OpenTofu, which is built from the Go module proxy where there is none
  live       real routers, containers and packets
  matrix     every suite in both modes, with and without a NAT, on real routers (long; the default lane has two rows of it)
  demos      every demo on its lab, against the text it is known to print (long; the default lane has one of them)
  failover   twenty cuts for each way to notice a dead tunnel, every detection in its window (long; the default lane has two)
  scale      a hub and 31 spokes: up, verified, down, nothing left (long; about 4 GiB of memory)
  swarm      a lab on two Docker engines of one swarm, started for it: up, an engine lost and returned, down, nothing left on either
  fuzz       a million malformed packets for the router's keepalive daemon, a million streams for the IOS driver (the default lane has 20,000)
  oracles    predictions against packets that scapy built, decoding against tshark's (installs both)
  emulators  the IOS driver against devices that others wrote (installs them from PyPI, for the run; none of them is IOS)
  browser    the page of a run and the documentation's site in a real Chromium, judged by axe-core (installs Chromium)
  package    the packed package, installed into a cdktf project and a folder of plain Terraform, a lab in each (the default lane judges it)
  cdktn      every lab synthesized by cdktn, the community's fork of cdktf, and held against cdktf's; one of them deployed (installs it)
  survival   everything that can be changed or killed under a lab, and what heals it (long; the default lane has some of it)
  soak       50 rebuilds in a row and 100 interruptions of up, down and rebuild (long; the default lane has three of each;
             TW_SOAK_REBUILDS, TW_SOAK_INTERRUPTIONS and TW_SOAK_LAB change that, TW_SOAK_SEED repeats what was drawn)

The last line is "N passed, N failed"; npm run check counts as one.
Exit codes: 0 all passed, 1 something failed, 2 misuse, 3 the machine lacks something, 4 interrupted.
`;

process.exitCode = await main(process.argv.slice(2));

/** @param {string[]} args */
async function main(args) {
  /** @type {{ lane?: string, help?: boolean }} */
  let options;
  try {
    options = parseArgs({ args, options: { lane: { type: "string" }, help: { type: "boolean" } } }).values;
  } catch (error) {
    console.error(`${/** @type {Error} */ (error).message.split(". ")[0]}: scripts/test knows --lane NAME and --help.`);
    return exitCodes.misuse;
  }
  if (options.help) {
    process.stdout.write(help);
    return 0;
  }
  const lane = lanes.get(options.lane ?? "default");
  if (!lane) {
    console.error(`There is no lane ${options.lane}; the lanes are ${[...lanes.keys()].join(", ")}.`);
    return exitCodes.misuse;
  }
  const { code, passedCount, failedCount } = await runLane(lane);
  console.log(`\n${passedCount} passed, ${failedCount} failed`);
  return code;
}

/** @param {{ checks: boolean, projects: string[], withOpenTofu?: boolean, packages?: [string, string][], environment?: Record<string, string> }} lane */
async function runLane({ checks, projects, withOpenTofu = false, packages = [], environment = {} }) {
  // What is set by hand counts.
  for (const [name, value] of Object.entries(environment)) process.env[name] ??= value;
  const ready = await setUpFirst();
  if (ready !== exitCodes.ready) return { code: ready, passedCount: 0, failedCount: 1 };
  const tooled = await provideTestTools(withOpenTofu, packages);
  if (tooled !== exitCodes.ready) return { code: tooled, passedCount: 0, failedCount: 1 };
  const checked = checks ? await show("npm", ["run", "--silent", "check"]) : 0;
  const folder = mkdtempSync(join(tmpdir(), "tunnelwright-test-"));
  try {
    const report = join(folder, "report.json");
    const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
    const tested = await show("npx", [
      "vitest",
      "run",
      ...projects.flatMap((name) => ["--project", name]),
      ...reporters,
    ]);
    const tests = countTests(report, tested);
    const passedCount = tests.passedCount + (checks && checked === 0 ? 1 : 0);
    const failedCount = tests.failedCount + (checked === 0 ? 0 : 1);
    const interrupted = [checked, tested].includes(exitCodes.interrupted);
    const code = interrupted ? exitCodes.interrupted : failedCount > 0 ? exitCodes.failed : exitCodes.ready;
    return { code, passedCount, failedCount };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * @param {boolean} withOpenTofu
 * @param {[string, string][]} packages
 */
async function provideTestTools(withOpenTofu, packages) {
  const context = makeContext();
  const missing = [
    ...testTools.flatMap(([command, name]) => (which(context, String(command)) ? [] : [String(name)])),
    ...packages.flatMap(([file, name]) => (existsSync(file) ? [] : [name])),
  ];
  try {
    if (missing.length > 0) {
      console.log(`the tests are held against ${missing.join(" and ")}: installing by apt`);
      await installPackages(context, missing, () => undefined);
    }
    // The tests ask for it by this name; without it they use terraform.
    if (withOpenTofu) process.env.TUNNELWRIGHT_TERRAFORM = await provideOpenTofu(context, (text) => console.log(text));
    return exitCodes.ready;
  } catch (error) {
    if (!(error instanceof Trouble || error instanceof CommandFailed)) throw error;
    console.error(error.message);
    return exitCodes.lacking;
  }
}

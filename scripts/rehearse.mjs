/** scripts/rehearse: a newcomer's first hour, in a container with nothing but Debian, git and Node. */
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { makeProgress, seconds } from "./setup.d/progress.mjs";
import { exitCodes } from "./setup.d/trouble.mjs";

const root = resolve(import.meta.dirname, "..");
const lab = "gre-over-ipsec";
const container = "tunnelwright-rehearsal";
const image = "tunnelwright-rehearsal:minbase";
const socket = (process.env.DOCKER_HOST ?? "unix:///var/run/docker.sock").replace("unix://", "");

// How this machine reaches its package registries: told to the container as it is, kept nowhere.
const settingNames =
  /^(https?_proxy|no_proxy|all_proxy|npm_config_.*|GO(PROXY|SUMDB|NOSUMDB|PRIVATE|INSECURE)|NODE_EXTRA_CA_CERTS|SSL_CERT_(FILE|DIR)|CURL_CA_BUNDLE|GIT_SSL_CAINFO)$/i;
const settingFiles = [
  join(homedir(), ".npmrc"),
  join(homedir(), ".config/go/env"),
  "/etc/apt/sources.list",
  "/etc/apt/sources.list.d",
  "/etc/apt/auth.conf.d",
  ...aptSettings("/etc/apt/apt.conf.d"),
  "/usr/share/keyrings",
  "/etc/ssl/certs",
  "/usr/local/share/ca-certificates",
];

const help = `scripts/rehearse [--stage NAME]... [--help]

Makes a minimal Debian container (git, certificates and this machine's Node in it; host network; the Docker socket),
clones the last commit into it and runs there, timing each: setup, setup again, demo, destroy, test. Removes the container in any case.
Needs root, mmdebstrap and the docker command; the image stays (${image}).

  --stage NAME  only this one (setup, again, demo, destroy, test); may be given more than once
  --help        this text
`;

const stages = new Map([
  ["setup", ["scripts/setup"]],
  ["again", ["scripts/setup"]],
  ["demo", ["scripts/demo"]],
  ["destroy", ["scripts/demo", "--destroy"]],
  ["test", ["scripts/test"]],
]);

process.exitCode = await main(process.argv.slice(2));

/** @param {string[]} args */
async function main(args) {
  /** @type {{ stage?: string[], help?: boolean }} */
  let options;
  try {
    options = parseArgs({
      args,
      options: { stage: { type: "string", multiple: true }, help: { type: "boolean" } },
    }).values;
  } catch (error) {
    console.error(
      `${/** @type {Error} */ (error).message.split(". ")[0]}: scripts/rehearse knows --stage NAME and --help.`,
    );
    return exitCodes.misuse;
  }
  if (options.help) {
    process.stdout.write(help);
    return 0;
  }
  const wanted = options.stage ?? [...stages.keys()];
  const unknown = wanted.find((name) => !stages.has(name));
  if (unknown) {
    console.error(`There is no stage ${unknown}; the stages are ${[...stages.keys()].join(", ")}.`);
    return exitCodes.misuse;
  }
  if (wanted.includes("demo") && labIsUp()) {
    console.error(
      `✖ The lab ${lab} is up on this engine, and the rehearsal would take its names.\n  → take it down first: scripts/demo --destroy`,
    );
    return exitCodes.lacking;
  }
  return rehearse(wanted);
}

/** @param {string[]} wanted */
async function rehearse(wanted) {
  /** @type {[string, number, number][]} */
  const times = [];
  let stopped = false;
  for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM"])) process.on(signal, () => (stopped = true));
  /**
   * @param {string} name
   * @param {string[]} command
   */
  const timed = async (name, command) => {
    console.log(`\n══ ${name}: ${command.join(" ").slice(0, 100)}`);
    const began = performance.now();
    const code = stopped ? exitCodes.interrupted : await show(command);
    times.push([name, code, performance.now() - began]);
    return code === 0;
  };
  const inside = [
    "docker",
    "exec",
    ...(process.stdout.isTTY ? ["-t"] : []),
    "-w",
    "/root/tunnelwright",
    container,
    "nice",
    "-n",
    "10",
  ];
  try {
    let good = imageIsThere() || (await timed("image", makeImageCommand()));
    good &&= await timed("container", startCommand());
    good &&= await timed("clone", ["docker", "exec", container, "git", "clone", "-q", "/source", "/root/tunnelwright"]);
    for (const name of wanted) good &&= await timed(name, [...inside, .../** @type {string[]} */ (stages.get(name))]);
    return good ? 0 : stopped ? exitCodes.interrupted : exitCodes.failed;
  } finally {
    execFileSync("docker", ["rm", "-f", container], { stdio: "ignore" });
    const progress = makeProgress(process.stdout);
    progress.say("");
    for (const [name, code, milliseconds] of times)
      progress.end(
        code === 0 ? "✔" : "✖",
        name,
        code === 0 ? seconds(milliseconds) : `code ${code} after ${seconds(milliseconds)}`,
      );
  }
}

/** Debian with git; Node and npm come from this machine, as Debian 12's own are too old. */
function makeImageCommand() {
  const npm = dirname(dirname(realpathSync(execFileSync("sh", ["-c", "command -v npm"], { encoding: "utf8" }).trim())));
  const folder = mkdtempSync(join(tmpdir(), "tunnelwright-rehearsal-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  const tar = join(folder, "root.tar");
  const hooks = [
    `copy-in ${process.execPath} /usr/bin`,
    'mkdir -p "$1/usr/lib/node_modules"',
    `copy-in ${npm} /usr/lib/node_modules`,
    'ln -s ../lib/node_modules/npm/bin/npm-cli.js "$1/usr/bin/npm"',
    'ln -s ../lib/node_modules/npm/bin/npx-cli.js "$1/usr/bin/npx"',
  ];
  const make = [
    "mmdebstrap",
    "--quiet",
    "--variant=minbase",
    "--skip=check/canmount",
    "--include=git,ca-certificates,libstdc++6",
  ];
  const command = [...make, ...hooks.map((hook) => `--customize-hook=${hook}`), "bookworm", tar]
    .map((word) => `'${word}'`)
    .join(" ");
  return ["sh", "-ec", `${command}; docker import -m 'Debian, git, Node' '${tar}' ${image}`];
}

function startCommand() {
  const names = Object.keys(process.env).filter((name) => settingNames.test(name));
  const mounts = [
    ...settingFiles.filter(existsSync).map((file) => `${file}:${file}:ro`),
    `${join(root, ".git")}:/source:ro`,
    `${socket}:/var/run/docker.sock`,
  ];
  const settings = [...names.flatMap((name) => ["-e", name]), ...mounts.flatMap((mount) => ["-v", mount])];
  const all = ["--name", container, "--init", "--network", "host", "-e", "HOME=/root", ...settings];
  return ["docker", "run", "-d", ...all, image, "sleep", "infinity"];
}

/** @param {string[]} command */
function show([command = "", ...args]) {
  const child = spawn(command, args, { stdio: ["ignore", "inherit", "inherit"] });
  return new Promise((done) => {
    child.once("error", () => done(exitCodes.lacking));
    child.once("close", (code) => done(code ?? exitCodes.interrupted));
  });
}

function imageIsThere() {
  return docker("images", "-q", image) !== "";
}

function labIsUp() {
  return docker("ps", "-aq", "--filter", `label=tunnelwright.lab=${lab}`) !== "";
}

/** Those that say how packages are got; others (hooks of installed tools) stay out. @param {string} folder */
function aptSettings(folder) {
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder).map((name) => join(folder, name));
  return files.filter((file) => /^Acquire::/im.test(readFileSync(file, "utf8")));
}

/** @param {string[]} args */
function docker(...args) {
  return execFileSync("docker", args, { encoding: "utf8" }).trim();
}

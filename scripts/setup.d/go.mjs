/** A Go that is new enough, and builds with it. What it downloads and compiles lies in one folder of the cache until all is built. */
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { installPackages } from "./apt.mjs";
import { isExecutable, run, which } from "./run.mjs";
import { CommandFailed, Trouble } from "./trouble.mjs";
import { atLeast } from "./versions.mjs";

/** @import { Context } from "./context.mjs" */

const leastVersion = "1.25.8";
const recipes = import.meta.dirname;

/** @param {Context} context */
const buildFolder = (context) => join(context.cache, "build");

/** What set-up will say about Go. @param {Context} context */
export async function goChange(context) {
  if (await goodGo(context)) return "";
  const apt = which(context, "go") ? "" : " (golang-go is installed by apt to fetch it)";
  return `, with Go ${leastVersion} from the same place for the time of the build${apt}`;
}

/**
 * Builds one command of a Go module whose every sum is pinned.
 * @param {Context} context
 * @param {{ module: string, command: string, output: string, ldflags?: string }} what `module` is a folder with go.mod and go.sum
 * @param {(text: string) => void} note
 */
export async function goBuild(context, { module, command, output, ldflags = "" }, note) {
  const go = (await goodGo(context)) ?? (await fetchGo(context, note));
  const unfinished = `${output}.${process.pid}`;
  mkdirSync(dirname(output), { recursive: true });
  const flags = ["-trimpath", `-ldflags=-s -w ${ldflags}`.trimEnd(), "-o", unfinished];
  try {
    // -v names each package as it is compiled: the only sign of life a build of minutes gives.
    await runGo(context, go, ["build", "-v", ...flags, command], { cwd: module, note });
    renameSync(unfinished, output);
    // Sources are most of a build's disk, and the next build shares few of them; objects (the standard library) it does share.
    note("clearing its sources away");
    await removeFolder(context, join(buildFolder(context), "modules"));
  } finally {
    rmSync(unfinished, { force: true });
  }
}

/**
 * Runs a go command in a module's folder; its environment leaves proxy and sum settings as the user has them.
 * @param {Context} context
 * @param {string} go
 * @param {string[]} args
 * @param {{ cwd: string, note?: (text: string) => void, env?: NodeJS.ProcessEnv }} options
 */
export function runGo(context, go, args, { cwd, note, env = {} }) {
  const build = buildFolder(context);
  return run(context, go, args, {
    cwd,
    note,
    env: {
      GOTOOLCHAIN: "local",
      GOWORK: "off",
      CGO_ENABLED: "0",
      GOFLAGS: "-buildvcs=false -modcacherw",
      GOMODCACHE: join(build, "modules"),
      GOCACHE: join(build, "objects"),
      ...env,
    },
  });
}

/** The Go to use: PATH's, the usual place's, or the one fetched before. @param {Context} context */
export async function goodGo(context) {
  for (const go of candidates(context)) if (atLeast(await goVersion(context, go), leastVersion)) return go;
  return undefined;
}

/** Clears away downloads, objects and a fetched Go: nothing needs them once the binaries are there. @param {Context} context */
export function forgetBuilds(context) {
  return removeFolder(context, buildFolder(context));
}

/**
 * By rm: a hundred thousand files take Node.js far longer, and nothing else can be shown meanwhile.
 * @param {Context} context
 * @param {string} folder
 */
async function removeFolder(context, folder) {
  if (existsSync(folder)) await run(context, "rm", ["-rf", folder], { cwd: "/", quiet: true });
}

/** @param {Context} context */
function candidates(context) {
  const places = [which(context, "go"), "/usr/local/go/bin/go", join(buildFolder(context), "go/bin/go")];
  return places.filter((go) => go !== undefined).filter(isExecutable);
}

/**
 * @param {Context} context
 * @param {string} go
 */
async function goVersion(context, go) {
  const env = { GOTOOLCHAIN: "local" };
  return run(context, go, ["env", "GOVERSION"], { cwd: "/", env, quiet: true }).catch(() => "0");
}

/**
 * The toolchain is an ordinary module of the Go proxy: any Go can fetch it and check its pinned sum.
 * @param {Context} context
 * @param {(text: string) => void} note
 */
export async function fetchGo(context, note) {
  if (!which(context, "go")) await installPackages(context, ["golang-go"], note);
  const anyGo = which(context, "go") ?? "/usr/bin/go";
  const build = buildFolder(context);
  const module = join(build, "go-module");
  mkdirSync(module, { recursive: true });
  for (const name of ["go.mod", "go.sum"]) cpSync(join(recipes, "go", name), join(module, name));
  note(`fetching Go ${leastVersion}`);
  /** @type {{ Dir: string }} */
  let fetched;
  try {
    fetched = JSON.parse(await runGo(context, anyGo, ["mod", "download", "-json"], { cwd: module }));
  } catch (error) {
    if (!(error instanceof CommandFailed)) throw error;
    throw new Trouble({
      what: `Go ${leastVersion} could not be fetched from the Go module proxy: ${error.lastLine}`,
      mend: `install Go ${leastVersion} or later on PATH, or mend GOPROXY, then run scripts/setup again`,
      cause: error,
    });
  }
  const unfinished = join(build, `go.${process.pid}`);
  cpSync(fetched.Dir, unfinished, { recursive: true });
  makeRunnable(unfinished);
  rmSync(join(build, "go"), { recursive: true, force: true });
  renameSync(unfinished, join(build, "go"));
  return join(build, "go/bin/go");
}

/** A module's files have no run bits, and no go.mod below its own: the go command mends both when it fetches a toolchain itself. @param {string} root */
function makeRunnable(root) {
  for (const folder of ["bin", ...readdirSync(join(root, "pkg/tool")).map((platform) => `pkg/tool/${platform}`)])
    for (const file of readdirSync(join(root, folder))) chmodSync(join(root, folder, file), 0o755);
  for (const folder of ["src", "src/cmd"])
    if (existsSync(join(root, folder, "_go.mod"))) cpSync(join(root, folder, "_go.mod"), join(root, folder, "go.mod"));
}

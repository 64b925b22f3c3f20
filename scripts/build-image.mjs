/** The router image: built from Debian's packages and imported into the Docker engine, once a recipe. */
import { execFile, spawn } from "node:child_process";
import {
  createReadStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  statfsSync,
  writeFileSync,
} from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import { makeContext } from "./setup.d/context.mjs";
import { DockerRefused, askDocker, dockerEndpoint } from "./setup.d/docker-socket.mjs";
import { which } from "./setup.d/run.mjs";
import { hashOf } from "./setup.d/stamp.mjs";
import { Interrupted, Trouble, exitCodes } from "./setup.d/trouble.mjs";

/** @import { Context } from "./setup.d/context.mjs" */

/**
 * What `.tunnelwright/router-image.json` holds.
 * @typedef {object} RouterImage
 * @property {string} image     the exact tag
 * @property {string} recipe    hash of all that it was made from
 * @property {string} kernelVersion
 * @property {string} frrVersion
 * @property {string} strongswanVersion
 */

const repository = "tunnelwright/router";
const scratchMegabytes = 700;
const program = "/usr/lib/tunnelwright";
/** The labels that tell an image's versions, and what its list of versions calls them. */
const versionLabels = { kernelVersion: "linux", frrVersion: "frr", strongswanVersion: "strongswan-charon" };

/** The hash of all that the image is made from. */
export const routerImageRecipe = () => hashOf(makeContext().root, ["images/router"]);

/**
 * Makes sure that the engine has the image of this recipe, and writes its tag where synth reads it.
 * Throws a Trouble, in one sentence, for what the machine lacks.
 * @param {object} [options]
 * @param {(text: string) => void} [options.log] told what is being done
 * @param {AbortSignal} [options.signal]
 * @param {string} [options.directory] the folder in whose `.tunnelwright/` synth will look; the project's own when left out
 * @returns {Promise<RouterImage>}
 */
export async function buildRouterImage({ log = () => {}, signal = new AbortController().signal, directory } = {}) {
  const context = contextOf(directory, signal);
  let image = await imageInEngine(context);
  if (!image) {
    const folder = mkdtempSync(join(tmpdir(), "tunnelwright-image-"));
    try {
      const archive = join(folder, "root.tar");
      log("making the root file system from Debian's packages");
      await makeRootFileSystem(context, folder, archive, log);
      log("importing it into the Docker engine");
      await importArchive(context, archive, await versionsIn(archive));
    } finally {
      // Should a mount of the build be left in there, it is not walked into.
      const removed = promisify(execFile)("rm", ["-rf", "--one-file-system", folder]);
      await removed.catch(() => log(`${folder} could not be removed whole`));
    }
    image = await imageInEngine(context);
    if (!image) throw new Error("the engine took the image and does not show it");
  }
  const latest = new URLSearchParams({ repo: repository, tag: "latest" });
  await askDocker(context, "POST", `/images/${image.image}/tag?${latest}`).catch((error) => {
    throw engineTrouble(context, error);
  });
  mkdirSync(context.working, { recursive: true, mode: 0o700 });
  const file = imageFile(context);
  writeFileSync(`${file}.new`, `${JSON.stringify(image, null, 2)}\n`);
  renameSync(`${file}.new`, file);
  return image;
}

/**
 * @param {string | undefined} directory
 * @param {AbortSignal} [signal]
 */
const contextOf = (directory, signal) =>
  makeContext({
    ...(signal && { signal }),
    ...(directory !== undefined && { working: join(resolve(directory), ".tunnelwright") }),
  });

/** @param {Context} context */
const imageFile = (context) => join(context.working, "router-image.json");

const imageTag = () => `${repository}:${routerImageRecipe().slice(0, 12)}`;

/**
 * The image of this recipe, or undefined.
 * @param {Context} context
 * @returns {Promise<RouterImage | undefined>}
 */
async function imageInEngine(context) {
  const image = imageTag();
  try {
    const { Config } = await askDocker(context, "GET", `/images/${image}/json`);
    const version = (/** @type {string} */ name) => Config.Labels[`tunnelwright.${name}`] ?? "unknown";
    return {
      image,
      recipe: routerImageRecipe(),
      kernelVersion: version("kernelVersion"),
      frrVersion: version("frrVersion"),
      strongswanVersion: version("strongswanVersion"),
    };
  } catch (error) {
    if (error instanceof DockerRefused && error.status === 404) return undefined;
    throw engineTrouble(context, error);
  }
}

/**
 * @param {Context} context
 * @param {string} folder
 * @param {string} archive
 * @param {(text: string) => void} log
 */
async function makeRootFileSystem(context, folder, archive, log) {
  const again = "then run this again";
  if (context.platform !== "linux" || context.arch !== "x64")
    throw new Trouble({
      what: `The router image holds a Linux kernel for amd64, and this is ${context.platform} on ${context.arch}.`,
      mend: "use an amd64 Linux machine",
    });
  for (const [tool, name] of Object.entries({ mmdebstrap: "mmdebstrap", strip: "binutils" }))
    if (!which(context, tool))
      throw new Trouble({ what: `${tool} is not installed.`, mend: `apt-get install ${name}, ${again}` });
  const { bavail, bsize } = statfsSync(folder);
  const free = Math.floor((bavail * bsize) / 1e6);
  const diskFull = (/** @type {string} */ seen) =>
    new Trouble({
      what: `The disk of ${tmpdir()} is too full: ${seen}.`,
      mend: `free ${scratchMegabytes} MB there, or set TMPDIR to another folder, ${again}`,
    });
  if (free < scratchMegabytes) throw diskFull(`${free} MB are free, the build takes ${scratchMegabytes} MB`);

  // A user who may use sudo has been asked for the password by set-up.
  const asRoot = context.uid === 0 ? [] : ["sudo", "-n", `TMPDIR=${folder}`];
  const command = [...asRoot, join(context.root, "images/router/rootfs.sh"), archive];
  const { code, tail } = await runInGroup(context, command, { ...context.env, TMPDIR: folder }, log);
  if (code === 0) return;
  if (/no space left on device/i.test(tail)) throw diskFull("it ran full during the build");
  if (asRoot.length > 0 && /^sudo:/m.test(tail))
    throw new Trouble({
      what: "The router image's file system is made by root.",
      mend: `become root (or run \`sudo -v\`), ${again}`,
    });
  const lines = tail.trimEnd().split("\n");
  // The first is the cause; mmdebstrap's own come after it.
  const reason = lines.find((line) => line.startsWith("E: "))?.slice(3) ?? lines.at(-1);
  throw new Trouble({
    what: `The router image's file system could not be made: ${reason || `mmdebstrap ended with code ${code}`}`,
    mend: `see that apt's package sources offer Debian bookworm and answer, ${again}`,
  });
}

/**
 * Runs a command in a process group of its own, so that an interruption ends it whole.
 * @param {Context} context
 * @param {string[]} command
 * @param {NodeJS.ProcessEnv} env
 * @param {(text: string) => void} log
 * @returns {Promise<{ code: number | null, tail: string }>}
 */
async function runInGroup({ signal }, [file = "", ...args], env, log) {
  if (signal.aborted) throw new Interrupted();
  const child = spawn(file, args, { env, stdio: ["ignore", "pipe", "pipe"], detached: true });
  let tail = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (/** @type {string} */ text) => {
      tail = (tail + text).slice(-8000);
      const line = text
        .trimEnd()
        .split(/[\r\n]/)
        .at(-1);
      if (line) log(line);
    });
  const stop = () => child.pid !== undefined && process.kill(-child.pid, "SIGTERM");
  signal.addEventListener("abort", stop);
  try {
    /** @type {number | null} */
    const code = await new Promise((done, fail) => child.once("error", fail).once("close", done));
    if (signal.aborted) throw new Interrupted();
    return { code, tail };
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

/**
 * The versions of what the image runs, as labels.
 * @param {string} archive
 */
async function versionsIn(archive) {
  const { stdout } = await promisify(execFile)("tar", ["-xOf", archive, `.${program}/versions`]);
  const versions = new Map(
    stdout
      .trim()
      .split("\n")
      .map((line) => /** @type {[string, string]} */ (line.split(" "))),
  );
  return Object.entries(versionLabels).map(
    ([label, name]) => `LABEL tunnelwright.${label}=${versions.get(name) ?? "unknown"}`,
  );
}

/**
 * @param {Context} context
 * @param {string} archive
 * @param {string[]} labels
 */
async function importArchive(context, archive, labels) {
  const [repo = "", tag = ""] = imageTag().split(":");
  const query = new URLSearchParams({ fromSrc: "-", repo, tag });
  const settings = JSON.parse(readFileSync(join(context.root, "images/router/image.json"), "utf8"));
  for (const change of [...settings, `LABEL tunnelwright.recipe=${routerImageRecipe()}`, ...labels])
    query.append("changes", change);
  try {
    await upload(context, `/images/create?${query}`, archive);
  } catch (error) {
    if (context.signal.aborted) throw new Interrupted();
    throw engineTrouble(context, error);
  }
}

/**
 * @param {Context} context
 * @param {string} path
 * @param {string} archive
 */
async function upload(context, path, archive) {
  const headers = { "content-type": "application/x-tar" };
  const asked = request({
    ...dockerEndpoint(context)?.options,
    method: "POST",
    path,
    headers,
    agent: false,
    signal: context.signal,
  });
  const answered = new Promise((done, fail) => {
    asked.once("error", fail).once("response", (answer) => {
      let text = "";
      answer.setEncoding("utf8").on("data", (part) => (text += part));
      answer.once("error", fail).once("end", () => done({ status: answer.statusCode, text }));
    });
  });
  // An engine that refuses early closes its end: its answer says more than the broken pipe.
  const sent = pipeline(createReadStream(archive), asked).catch(() => undefined);
  const { status, text } = await answered;
  await sent;
  // A failure after the first byte comes as a line of the answer, with status 200.
  const refusal = /"(?:error|message)":"((?:[^"\\]|\\.)*)"/.exec(text)?.[1];
  if (status >= 400 || /"error":/.test(text))
    throw new DockerRefused(status, refusal ?? `the engine answered ${status}`);
}

/**
 * @param {Context} context
 * @param {unknown} error
 */
function engineTrouble(context, error) {
  const { code, message } = /** @type {NodeJS.ErrnoException} */ (error);
  const name = dockerEndpoint(context)?.name ?? context.env.DOCKER_HOST;
  if (code === "ENOENT" || code === "ECONNREFUSED")
    return new Trouble({
      what: `No Docker engine answers at ${name}.`,
      mend: "start dockerd, or set DOCKER_HOST",
      cause: error,
    });
  if (code === "EACCES")
    return new Trouble({
      what: `This user may not use the Docker engine at ${name}.`,
      mend: "become root, or join the group docker",
      cause: error,
    });
  if (/no space left on device/i.test(message))
    return new Trouble({
      what: "The Docker engine's disk is full.",
      mend: "free 200 MB there (docker image prune)",
      cause: error,
    });
  return new Trouble({
    what: `The Docker engine did not take the router image: ${message}`,
    mend: "see the engine's log",
    cause: error,
  });
}

const help = `node scripts/build-image.mjs [--check] [--directory FOLDER] [--help]

Makes sure that the Docker engine has the router image of this tree (${repository}:HASH), and tells its tag.

  --check             build nothing; exit code 1 when the image is not there
  --directory FOLDER  write the tag into .tunnelwright of this folder, where its labs look (this tree's own when not given)
`;

/** @param {string[]} args */
async function main(args) {
  /** @type {{ check?: boolean, directory?: string, help?: boolean }} */
  let options;
  try {
    options = parseArgs({
      args,
      options: { check: { type: "boolean" }, directory: { type: "string" }, help: { type: "boolean" } },
    }).values;
  } catch (error) {
    console.error(
      `${/** @type {Error} */ (error).message.split(". ")[0]}: scripts/build-image.mjs knows --check, --directory and --help.`,
    );
    return exitCodes.misuse;
  }
  if (options.help) {
    process.stdout.write(help);
    return exitCodes.ready;
  }
  const stopping = new AbortController();
  for (const name of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) process.on(name, () => stopping.abort());
  try {
    if (options.check) return await check(options.directory);
    const began = performance.now();
    const { image } = await buildRouterImage({
      log: (text) => console.error(text),
      signal: stopping.signal,
      ...(options.directory !== undefined && { directory: options.directory }),
    });
    console.error(`in the engine after ${((performance.now() - began) / 1000).toFixed(1)} s`);
    console.log(image);
    return exitCodes.ready;
  } catch (error) {
    if (error instanceof Interrupted) {
      console.error("Interrupted. Nothing is half done.");
      return exitCodes.interrupted;
    }
    const fault = error instanceof Trouble ? "" : "The build has a fault of its own: ";
    console.error(`✖ ${fault}${/** @type {Error} */ (error).message}`);
    return exitCodes.lacking;
  }
}

/** @param {string} [directory] */
async function check(directory) {
  const context = contextOf(directory);
  const file = imageFile(context);
  const image = await imageInEngine(context);
  const named = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")).image : undefined;
  const good = image !== undefined && named === image.image;
  console.log(
    good
      ? `${named} is in the engine`
      : `${imageTag()} is ${image ? "in the engine, but not named for synth" : "not built"}`,
  );
  return good ? exitCodes.ready : exitCodes.failed;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = await main(process.argv.slice(2));

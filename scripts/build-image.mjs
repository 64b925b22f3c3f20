/** Builds the image of every node: Debian's packages and images/router, imported into the Docker engine. By hand: node scripts/build-image.mjs */
import { spawn } from "node:child_process";
import { createReadStream, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { dockerEndpoint } from "./setup.d/docker-socket.mjs";
import { hashOf } from "./setup.d/stamp.mjs";

const root = resolve(import.meta.dirname, "..");
const repository = "tunnelwright/router";

/** What the image is made from, as one hash. */
export const routerImageRecipe = () => hashOf(root, ["images/router"]);

/**
 * Builds the image and names it in `.tunnelwright/router-image.json`, where synth finds it.
 * @param {{ log?: (line: string) => void, signal?: AbortSignal }} [options]
 * @returns {Promise<string>} the image's exact tag
 */
export async function buildRouterImage({ log = () => undefined, signal } = {}) {
  const recipe = routerImageRecipe();
  const image = `${repository}:${recipe.slice(0, 12)}`;
  const folder = mkdtempSync(join(tmpdir(), "tunnelwright-image-"));
  try {
    const tar = join(folder, "rootfs.tar");
    const versions = await makeRootfs(tar, log, signal);
    log(`importing ${Math.round(statSync(tar).size / 1e6)} MB into the Docker engine`);
    await importImage(tar, recipe, signal);
    await tagLatest(recipe, signal);
    mkdirSync(join(root, ".tunnelwright"), { recursive: true, mode: 0o700 });
    writeFileSync(
      join(root, ".tunnelwright/router-image.json"),
      `${JSON.stringify({ image, recipe, versions }, null, 2)}\n`,
    );
    return image;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * @param {string} tar
 * @param {(line: string) => void} log
 * @param {AbortSignal | undefined} signal
 * @returns {Promise<Record<string, string>>} package name to version
 */
async function makeRootfs(tar, log, signal) {
  const recipe = join(root, "images/router/rootfs.sh");
  const [command, ...args] = process.getuid?.() === 0 ? [recipe, tar] : ["sudo", "--non-interactive", recipe, tar];
  const child = spawn(/** @type {string} */ (command), args, { stdio: ["ignore", "pipe", "pipe"], signal });
  let tail = "";
  /** @type {Record<string, string>} */
  const versions = {};
  /** @param {Buffer} bytes */
  const hear = (bytes) => {
    tail = (tail + bytes.toString()).slice(-2000);
    const line = tail.trimEnd().split("\n").at(-1);
    if (line) log(line.slice(0, 120));
  };
  child.stdout.on("data", hear);
  child.stderr.on("data", hear);
  const code = await new Promise((done, fail) => {
    child.once("error", fail);
    child.once("close", done);
  });
  if (code !== 0) throw new Error(`the root file system could not be made: ${tail.trim().split("\n").at(-1)}`);
  for (const [, name, version] of tail.matchAll(/^version (\S+) (\S+)$/gm))
    if (name && version) versions[name] = version;
  return versions;
}

/**
 * @param {string} tar
 * @param {string} recipe
 * @param {AbortSignal | undefined} signal
 */
async function importImage(tar, recipe, signal) {
  const changes = [
    'ENTRYPOINT ["/usr/lib/tunnelwright/entry"]',
    'HEALTHCHECK --interval=3s --timeout=2s --start-period=30s --retries=3 CMD ["/usr/lib/tunnelwright/health"]',
    "ENV PATH=/usr/sbin:/usr/bin:/sbin:/bin",
    `LABEL tunnelwright.recipe=${recipe}`,
  ];
  const query = new URLSearchParams({ fromSrc: "-", repo: repository, tag: recipe.slice(0, 12) });
  for (const change of changes) query.append("changes", change);
  const answer = await send("POST", `/images/create?${query}`, createReadStream(tar), signal);
  const failure = answer.match(/"error":"([^"]+)"/);
  if (failure) throw new Error(`the Docker engine did not take the image: ${failure[1]}`);
}

/**
 * @param {string} recipe
 * @param {AbortSignal | undefined} signal
 */
const tagLatest = (recipe, signal) =>
  send(
    "POST",
    `/images/${repository}:${recipe.slice(0, 12)}/tag?${new URLSearchParams({ repo: repository, tag: "latest" })}`,
    undefined,
    signal,
  );

/**
 * @param {string} method
 * @param {string} path
 * @param {import("node:stream").Readable | undefined} body
 * @param {AbortSignal | undefined} signal
 * @returns {Promise<string>}
 */
function send(method, path, body, signal) {
  const endpoint = dockerEndpoint(/** @type {any} */ ({ env: process.env, defaultSocket: "/var/run/docker.sock" }));
  if (!endpoint) return Promise.reject(new Error(`DOCKER_HOST=${process.env.DOCKER_HOST} is not spoken here`));
  return new Promise((done, fail) => {
    const headers = body ? { "Content-Type": "application/x-tar" } : {};
    const asked = request({ ...endpoint.options, method, path, headers, agent: false, signal }, (answer) => {
      let text = "";
      answer.setEncoding("utf8");
      answer.on("data", (part) => (text += part));
      answer.on("error", fail);
      answer.on("end", () =>
        (answer.statusCode ?? 0) < 400
          ? done(text)
          : fail(new Error(`the Docker engine answered ${answer.statusCode}: ${text.trim()}`)),
      );
    });
    asked.on("error", fail);
    if (body) body.on("error", fail).pipe(asked);
    else asked.end();
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(await buildRouterImage({ log: console.error }));

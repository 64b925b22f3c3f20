import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fetchGo, goBuild, goChange, goodGo, runGo } from "../go.mjs";
import { isExecutable, run } from "../run.mjs";
import { CommandFailed, Trouble } from "../trouble.mjs";

/** @import { Context, Step } from "../context.mjs" */

/** Each looks under its own name for a provider that names no registry. */
export const registryNames = ["registry.terraform.io", "registry.opentofu.org"];
const releasedVersion = "4.5.0";
const builtVersion = "4.5.1"; // a commit after 4.5.0
const oldPath = "github.com/terraform-providers/terraform-provider-docker"; // what its go.mod calls itself
const newPath = "github.com/kreuzwerker/terraform-provider-docker";
const registryDeadlineSeconds = 3;

/** The Docker provider: from the public registry where it answers, else built from the Go module proxy; kept in the user's cache. */
/** @type {Step} */
export const dockerProvider = {
  name: "Docker provider",
  why: "Terraform makes containers and networks with it",
  async look(context) {
    const there = providerIn(pluginCache(context));
    if (there) {
      context.found.dockerProvider = there.binary;
      context.found.dockerVersion = there.version;
      return { ready: true, told: `kreuzwerker/docker ${there.version} in ${context.cache}` };
    }
    return {
      ready: false,
      missing: "kreuzwerker/docker is not in the cache",
      change: `get it from the public Terraform registry into ${context.cache}, or build it from the Go module proxy (three minutes)${await goChange(context)}`,
      // After a build of Terraform this one finds the room that one had.
      needs: [{ folder: context.cache, megabytes: context.found.terraform ? 1500 : 100 }],
    };
  },
  async mend(context, note) {
    note("asking the public registry");
    const how = (await fromRegistry(context)) ?? (await fromGoProxy(context, note));
    const { binary, version } = /** @type {{ binary: string, version: string }} */ (providerIn(pluginCache(context)));
    context.found.dockerProvider = binary;
    context.found.dockerVersion = version;
    return `kreuzwerker/docker ${version} ${how}`;
  },
};

/** @param {Context} context */
export const pluginCache = (context) => join(context.cache, "plugins");

/** @param {string} plugins */
function providerIn(plugins) {
  for (const version of [builtVersion, releasedVersion]) {
    const folders = registryNames.map((name) => join(plugins, name, "kreuzwerker/docker", version, "linux_amd64"));
    if (!folders.every(existsSync)) continue;
    const folder = /** @type {string} */ (folders[0]);
    const name = readdirSync(folder).find((file) => file.startsWith("terraform-provider-docker"));
    if (name && isExecutable(join(folder, name))) return { binary: join(folder, name), version };
  }
  return undefined;
}

/**
 * Terraform itself fetches and checks it; where no registry answers it says so within seconds.
 * @param {Context} context
 */
async function fromRegistry(context) {
  const work = join(context.cache, `registry-${process.pid}`);
  mkdirSync(work, { recursive: true });
  const docker = { source: "kreuzwerker/docker", version: releasedVersion };
  writeFileSync(join(work, "main.tf.json"), JSON.stringify({ terraform: { required_providers: { docker } } }));
  const env = { TF_REGISTRY_CLIENT_TIMEOUT: String(registryDeadlineSeconds), TF_REGISTRY_DISCOVERY_RETRY: "0" };
  try {
    await run(context, context.found.terraform ?? "terraform", ["init", "-input=false", "-no-color"], {
      cwd: work,
      env,
    });
    const providers = join(work, ".terraform/providers");
    const host = registryNames.find((name) => existsSync(join(providers, name))) ?? "";
    layOut(context, releasedVersion, (folder) =>
      cpSync(join(providers, host, "kreuzwerker/docker", releasedVersion, "linux_amd64"), folder, {
        recursive: true,
        dereference: true,
      }),
    );
    return "from the public registry";
  } catch (error) {
    if (error instanceof CommandFailed) return undefined;
    throw error;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/**
 * @param {Context} context
 * @param {(text: string) => void} note
 */
async function fromGoProxy(context, note) {
  const pinned = join(import.meta.dirname, "../docker-provider");
  const output = join(context.cache, `bin/terraform-provider-docker_v${builtVersion}`);
  let how = "built from the Go module proxy";
  try {
    const go = (await goodGo(context)) ?? (await fetchGo(context, note));
    let module = pinned;
    if (!(await canBeHad(context, go, pinned))) {
      module = await newestModule(context, go, note);
      how = "built from the newest commit, whose sums are not pinned";
      context.warn(
        "  ! The pinned commit of the Docker provider cannot be had from the Go module proxy: taking the newest one instead.",
      );
    }
    await goBuild(context, { module, command: oldPath, output }, note);
  } catch (error) {
    if (!(error instanceof CommandFailed)) throw error;
    throw new Trouble({
      what: `The Docker provider could be had neither from the public Terraform registry nor from the Go module proxy: ${error.lastLine}`,
      mend: "mend the network (GOPROXY names the proxy), then run scripts/setup again",
      cause: error,
    });
  }
  layOut(context, builtVersion, (folder) => {
    mkdirSync(folder, { recursive: true });
    renameSync(output, join(folder, `terraform-provider-docker_v${builtVersion}`));
  });
  return how;
}

/**
 * @param {Context} context
 * @param {string} go
 * @param {string} module
 */
async function canBeHad(context, go, module) {
  try {
    await runGo(context, go, ["mod", "download", oldPath], { cwd: module });
    return true;
  } catch (error) {
    // A sum that does not match is no reason to take an unpinned one.
    if (error instanceof CommandFailed && !/checksum mismatch|SECURITY ERROR/i.test(error.tail)) return false;
    throw error;
  }
}

/**
 * @param {Context} context
 * @param {string} go
 * @param {(text: string) => void} note
 */
async function newestModule(context, go, note) {
  const module = join(context.cache, "build/docker-provider");
  rmSync(module, { recursive: true, force: true });
  cpSync(join(import.meta.dirname, "../docker-provider"), module, { recursive: true });
  rmSync(join(module, "go.sum"));
  const newest = JSON.parse(await runGo(context, go, ["list", "-m", "-json", `${newPath}@latest`], { cwd: "/" }));
  await runGo(context, go, ["mod", "edit", "-replace", `${oldPath}=${newPath}@${newest.Version}`], { cwd: module });
  await runGo(context, go, ["mod", "tidy"], { cwd: module, note });
  return module;
}

/**
 * One folder under Terraform's registry name, a link to it under OpenTofu's; the links come last, so half of it is none of it.
 * @param {Context} context
 * @param {string} version
 * @param {(folder: string) => void} fill
 */
function layOut(context, version, fill) {
  const [first = "", ...others] = registryNames.map((name) => join(pluginCache(context), name, "kreuzwerker/docker"));
  rmSync(first, { recursive: true, force: true });
  fill(join(first, version, "linux_amd64"));
  for (const other of others) {
    rmSync(other, { recursive: true, force: true });
    mkdirSync(join(other, version), { recursive: true });
    // Terraform follows a link in the last place of a mirror's path only.
    symlinkSync(
      relative(join(other, version), join(first, version, "linux_amd64")),
      join(other, version, "linux_amd64"),
    );
  }
}

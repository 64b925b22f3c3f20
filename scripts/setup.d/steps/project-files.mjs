import {
  chmodSync,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, relative } from "node:path";
import { forgetBuilds } from "../go.mjs";
import { run, which } from "../run.mjs";
import { hashOf, textOf } from "../stamp.mjs";
import { CommandFailed, Trouble } from "../trouble.mjs";
import { pluginCache, registryNames } from "./docker-provider.mjs";
import { ownPlugins, providerBinary } from "./provider-and-cli.mjs";

/** @import { Context, Step } from "../context.mjs" */

/**
 * What ties the parts together inside the folder: the lock file with the hashes of the local builds, setup.json for synth,
 * and the links by which npx (so cdktf) finds Terraform and the command line.
 */
/** @type {Step} */
export const projectFiles = {
  name: "project files",
  why: "with them cdktf and terraform work here offline",
  async look(context) {
    if (isCurrent(context))
      return { ready: true, told: "lock file, setup.json and links in .tunnelwright/ and node_modules/.bin/" };
    return {
      ready: false,
      missing: "not written for the present builds",
      change: "write .tunnelwright/terraform.lock.hcl and setup.json, and links in node_modules/.bin/",
    };
  },
  async mend(context, note) {
    chmodSync(context.working, 0o700); // keys will lie in it
    note("asking Terraform for the lock file");
    await writeLockFile(context);
    layLinks(context);
    writeFileSync(setupFile(context), setupText(context), { mode: 0o644 });
    writeFileSync(stampFile(context), builds(context));
    note("clearing away what the builds left");
    await forgetBuilds(context);
    return "written";
  },
};

/** @param {Context} context */
const lockFile = (context) => join(context.working, "terraform.lock.hcl");
/** @param {Context} context */
const setupFile = (context) => join(context.working, "setup.json");
/** @param {Context} context */
const stampFile = (context) => join(context.working, "terraform.lock.stamp");

/** @param {Context} context */
function isCurrent(context) {
  const { terraform, dockerProvider } = context.found;
  return (
    terraform !== undefined &&
    dockerProvider !== undefined &&
    existsSync(providerBinary(context)) &&
    existsSync(lockFile(context)) &&
    textOf(setupFile(context)) === setupText(context) &&
    textOf(stampFile(context)) === builds(context) &&
    Object.entries(links(context)).every(([link, target]) => linkTarget(link) === target)
  );
}

/** What synth reads (constructs/working-folder.ts). @param {Context} context */
function setupText(context) {
  const { root } = context;
  const setup = {
    terraform: context.found.terraform,
    pluginDirs: [pluginCache(context), relative(root, ownPlugins(context))],
    lockFile: relative(root, lockFile(context)),
  };
  return `${JSON.stringify(setup, null, 2)}\n`;
}

/** Changes when a binary does. @param {Context} context */
function builds(context) {
  const docker = statSync(context.found.dockerProvider ?? "");
  const own = hashOf(context.root, [relative(context.root, providerBinary(context))]);
  const { terraform, dockerProvider } = context.found;
  return `${terraform}\n${dockerProvider} ${docker.size} ${docker.mtimeMs}\n${own}\n`;
}

/**
 * `terraform init` in a folder of its own, told to look nowhere but here: it hashes the builds as it will at a deploy.
 * @param {Context} context
 */
async function writeLockFile(context) {
  const { terraform = "terraform", dockerVersion = "" } = context.found;
  const work = join(context.working, "lock-work");
  const mirror = join(work, "mirror");
  rmSync(work, { recursive: true, force: true });
  // Terraform follows a link in the last place of a mirror's path only.
  for (const [source, platform] of providers(context)) {
    mkdirSync(dirname(join(mirror, source)), { recursive: true });
    symlinkSync(platform, join(mirror, source));
  }
  const cliConfig = join(work, "cli.tfrc");
  writeFileSync(
    cliConfig,
    `provider_installation {\n  filesystem_mirror {\n    path = ${JSON.stringify(mirror)}\n  }\n}\n`,
  );
  const required_providers = {
    docker: { source: "kreuzwerker/docker", version: ">= 3.6.2, < 5.0.0" },
    tunnelwright: { source: "tunnelwright.invalid/tunnelwright/tunnelwright", version: "0.1.0" },
  };
  writeFileSync(join(work, "main.tf.json"), JSON.stringify({ terraform: { required_providers } }));
  try {
    await run(context, terraform, ["init", "-backend=false", "-input=false", "-no-color"], {
      cwd: work,
      env: { TF_CLI_CONFIG_FILE: cliConfig, TF_PLUGIN_CACHE_DIR: "", TF_DATA_DIR: "" },
    });
    copyFileSync(join(work, ".terraform.lock.hcl"), `${lockFile(context)}.new`);
    chmodSync(`${lockFile(context)}.new`, 0o644);
    renameSync(`${lockFile(context)}.new`, lockFile(context));
  } catch (error) {
    if (!(error instanceof CommandFailed)) throw error;
    throw new Trouble({
      what: `Terraform would not take the providers (docker ${dockerVersion}, tunnelwright 0.1.0): ${error.lastLine}`,
      mend: `remove ${pluginCache(context)} and dist/, then run scripts/setup again`,
      cause: error,
    });
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/**
 * HOST/NAMESPACE/NAME/VERSION/PLATFORM of a mirror, and the folder of the build that belongs there.
 * @param {Context} context
 * @returns {[string, string][]}
 */
function providers(context) {
  const { dockerProvider = "", dockerVersion = "" } = context.found;
  const own = dirname(providerBinary(context));
  return [
    ...registryNames.map(
      (name) =>
        /** @type {[string, string]} */ ([
          join(name, "kreuzwerker/docker", dockerVersion, "linux_amd64"),
          dirname(dockerProvider),
        ]),
    ),
    [relative(ownPlugins(context), own), own],
  ];
}

/**
 * Links in node_modules/.bin, each with its target (undefined: none wanted). npx puts that folder on PATH, so cdktf finds a
 * Terraform that is not on the user's own.
 * @param {Context} context
 * @returns {Record<string, string | undefined>}
 */
function links(context) {
  const folder = join(context.root, "node_modules/.bin");
  const onPath = which(context, "terraform") === context.found.terraform;
  return {
    [join(folder, "terraform")]: onPath ? undefined : context.found.terraform,
    [join(folder, "tunnelwright")]: "../../dist/cli/main.js",
  };
}

/** @param {Context} context */
function layLinks(context) {
  for (const [link, target] of Object.entries(links(context))) {
    rmSync(link, { force: true });
    if (target === undefined) continue;
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(target, link);
  }
}

/** @param {string} link */
function linkTarget(link) {
  const stats = lstatSync(link, { throwIfNoEntry: false });
  return stats?.isSymbolicLink() ? readlinkSync(link) : undefined;
}

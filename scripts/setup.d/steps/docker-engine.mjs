import { spawn } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { installPackages } from "../apt.mjs";
import { askDocker, dockerEndpoint } from "../docker-socket.mjs";
import { runAsRoot, which } from "../run.mjs";
import { Interrupted, Trouble } from "../trouble.mjs";

/** @import { Context, Step } from "../context.mjs" */

const engineLog = "/var/log/tunnelwright-dockerd.log";
const answerDeadlineMs = 5_000;
const startDeadlineMs = 60_000;
const pollMs = 250;

/** A Docker engine that answers; where none does, Debian's, started detached so that it outlives set-up. */
/** @type {Step} */
export const dockerEngine = {
  name: "Docker engine",
  why: "routers and hosts are containers",
  async look(context) {
    const endpoint = dockerEndpoint(context);
    if (!endpoint)
      throw new Trouble({
        what: `DOCKER_HOST is ${context.env.DOCKER_HOST}, and set-up speaks unix:// and plain tcp:// only.`,
        mend: "unset DOCKER_HOST to use this machine's own engine",
      });
    try {
      const { Version, Os, Arch } = await askDocker(context, "GET", "/version", { deadlineMs: answerDeadlineMs });
      if (Os !== "linux" || Arch !== "amd64")
        throw new Trouble({
          what: `The Docker engine at ${endpoint.name} runs ${Os}/${Arch} containers, and the routers are linux/amd64.`,
          mend: "point DOCKER_HOST to an engine on amd64 Linux",
        });
      return { ready: true, told: `${Version} at ${endpoint.name}` };
    } catch (error) {
      if (error instanceof Trouble) throw error;
      return noAnswer(context, endpoint, /** @type {NodeJS.ErrnoException} */ (error));
    }
  },
  async mend(context, note) {
    if (!which(context, "dockerd")) await installPackages(context, ["docker.io"], note);
    note("waiting for the engine to answer");
    if (existsSync("/run/systemd/system"))
      await runAsRoot(context, "systemctl", ["start", "docker"], { what: "Starting Docker", note });
    else if (!(await answers(context))) await startEngine(context);
    const deadline = performance.now() + startDeadlineMs;
    while (!(await answers(context))) {
      if (context.signal.aborted) throw new Interrupted();
      if (ended.has(context)) throw engineSilent("ended at once");
      if (performance.now() > deadline) throw engineSilent(`did not answer within ${startDeadlineMs / 1000} s`);
      await pause(pollMs);
    }
    const { Version } = await askDocker(context, "GET", "/version");
    return `${Version} started`;
  },
};

/**
 * @param {Context} context
 * @param {{ name: string, named: boolean }} endpoint
 * @param {NodeJS.ErrnoException} error
 * @returns {import("../context.mjs").Missing}
 */
function noAnswer(context, { name, named }, error) {
  if (error.code === "EACCES" || error.code === "EPERM")
    throw new Trouble({
      what: `This user may not use the Docker socket ${name}.`,
      mend: "add the user to its group (sudo usermod -aG docker $USER, then log in anew), or run this as root",
    });
  if (named)
    throw new Trouble({
      what: `DOCKER_HOST is ${context.env.DOCKER_HOST}, and no engine answers there (${error.code ?? error.message}).`,
      mend: "start that engine, or unset DOCKER_HOST to use this machine's own",
    });
  if (error.code !== "ENOENT" && error.code !== "ECONNREFUSED")
    throw new Trouble({
      what: `The Docker engine at ${name} takes calls and does not answer (${error.message}).`,
      mend: "restart it (sudo systemctl restart docker, or end dockerd), then run this again",
    });
  const start = `start dockerd as root (log: ${engineLog})`;
  return which(context, "dockerd")
    ? { ready: false, missing: `no engine answers at ${name}`, change: start }
    : {
        ready: false,
        missing: `no engine answers at ${name}, and none is installed`,
        change: `install docker.io by apt (about 300 MB) and ${start}`,
        needs: [{ folder: "/var/lib", megabytes: 400 }],
      };
}

/** @param {Context} context */
async function answers(context) {
  return askDocker(context, "GET", "/_ping", { deadlineMs: 2_000 }).then(
    () => true,
    () => false,
  );
}

/**
 * In a session of its own: neither Ctrl-C nor the end of set-up takes it away.
 * @param {Context} context
 */
async function startEngine(context) {
  if (context.uid !== 0) {
    const detached = `setsid dockerd >>${engineLog} 2>&1 </dev/null &`;
    await runAsRoot(context, "sh", ["-c", detached], { what: "Starting dockerd" });
    return;
  }
  const log = openSync(engineLog, "a");
  const engine = spawn("dockerd", [], { detached: true, stdio: ["ignore", log, log], env: context.env });
  closeSync(log);
  engine.unref();
  await new Promise((done, fail) => {
    engine.once("spawn", done);
    engine.once("error", fail);
  });
  engine.once("exit", () => ended.add(context));
}

/** Contexts whose dockerd did not stay. @type {WeakSet<Context>} */
const ended = new WeakSet();

/** @param {string} how */
function engineSilent(how) {
  const lines = existsSync(engineLog) ? readFileSync(engineLog, "utf8").trimEnd().split("\n") : [];
  const lastWord = lines.findLast((line) => /fail|error/i.test(line)) ?? lines.at(-1);
  return new Trouble({
    what: `dockerd was started and ${how}${lastWord ? `; its last word: ${lastWord}` : ""}.`,
    mend: `read ${engineLog}; in a container without privileges, hand in the socket of the machine's engine instead`,
  });
}

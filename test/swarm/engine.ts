/** One Docker engine in a network namespace of its own, as on a host of its own: it can lose its power, and be started again. */
import { execa } from "execa";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { askEngine, atEngine, DockerEngineError } from "../../devices/docker-engine.ts";
import { enginePlaces, type EnginePlaces } from "./engine-places.ts";
import { Hopeless, pollUntil } from "./poll-until.ts";
import { removeRunning } from "./remove-remains.ts";
import { plugIn, unplug } from "./underlay.ts";

/** dockerd and its containerd answer in about two seconds; a returned one looks at its containers first. */
const answerDeadlineMs = 60_000;

/** Of the engine's answer to /info, what is asked for here. */
interface EngineInfo {
  readonly Swarm: { readonly NodeID: string; readonly LocalNodeState: string; readonly ControlAvailable: boolean };
}

export class Engine {
  readonly name: string;
  /** On the network between the engines, without prefix length. */
  readonly address: string;
  /** For DOCKER_HOST: `unix://…`, reachable from every network namespace. */
  readonly dockerHost: string;
  /** The first words of a command that runs in the engine's network namespace. */
  readonly inside: readonly string[];
  readonly places: EnginePlaces;
  readonly #addressAndLength: string;
  #ended: Promise<unknown> | undefined;

  /** Starts nothing; the address is one with prefix length. */
  constructor(name: string, address: string) {
    this.name = name;
    this.places = enginePlaces(name);
    this.#addressAndLength = address;
    this.address = address.replace(/\/.*/, "");
    this.dockerHost = `unix://${this.places.socket}`;
    this.inside = ["nsenter", `--net=/run/netns/${this.places.name}`];
  }

  get isRunning(): boolean {
    return this.#ended !== undefined;
  }

  /**
   * Plugs the cable in, starts dockerd (which starts a containerd of its own), and waits until it answers. After {@link kill} the
   * data are as they were left: images, containers, the membership of the swarm.
   * @throws Error when it ends, or has not answered after a minute; with the end of its log.
   */
  async powerOn(signal?: AbortSignal): Promise<void> {
    if (this.#ended) throw new Error(`the engine ${this.name} is running`);
    const { name, folder, dataRoot, execRoot, pidFile, configFile, logFile } = this.places;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    await plugIn(this.name, name, this.#addressAndLength);
    // The machine's own settings (/etc/docker/daemon.json) are not for this one.
    writeFileSync(configFile, "{}\n");
    const places = [
      "--config-file",
      configFile,
      "--data-root",
      dataRoot,
      "--exec-root",
      execRoot,
      "--pidfile",
      pidFile,
    ];
    // A control group of its own for its containers: by that they are found, and the group can be taken away afterwards.
    const groups = ["--exec-opt", "native.cgroupdriver=cgroupfs", "--cgroup-parent", `/${name}`];
    const [nsenter = "", ...intoNamespace] = this.inside;
    const daemon = execa(nsenter, [...intoNamespace, "dockerd", "--host", this.dockerHost, ...places, ...groups], {
      reject: false,
      stdin: "ignore",
      stdout: "ignore",
      stderr: { file: logFile, append: true },
    });
    let hasEnded = false;
    this.#ended = daemon.then(() => (hasEnded = true));
    const wait = { what: `the engine ${this.name} answers`, deadlineMs: answerDeadlineMs, signal };
    await pollUntil(wait, async () => {
      if (hasEnded) throw new Hopeless(`the engine ${this.name} ended at once:\n${this.#logsEnd()}`);
      return this.ask("GET", "/version");
    }).catch((error: unknown) => {
      throw error instanceof Hopeless || signal?.aborted ? error : new Error(`${String(error)}\n${this.#logsEnd()}`);
    });
  }

  /**
   * What happens when the host loses its power: the cable is dead first, so that nobody hears a farewell, then dockerd, its
   * containerd, the shims and the containers end at once, and what a host keeps in memory is gone: namespaces, interfaces, rules,
   * run-time files. What was written is kept; unlike with a real failure that holds for writes still on their way to the disk.
   */
  async kill(): Promise<void> {
    if (!this.#ended) throw new Error(`the engine ${this.name} is not running`);
    await unplug(this.name);
    await removeRunning(this.name);
    await this.#ended;
    this.#ended = undefined;
    const { execRoot, pidFile, socket } = this.places;
    for (const path of [execRoot, pidFile, socket]) rmSync(path, { recursive: true, force: true });
  }

  /** Asks the engine's API, as {@link askEngine} does. */
  async ask(method: "GET" | "POST" | "DELETE", path: string, deadlineMs = 10_000): Promise<unknown> {
    return askEngine(method, path, { ...atEngine(this.dockerHost), deadlineMs });
  }

  /** Its part in the swarm, as it knows it itself. */
  async swarm(): Promise<EngineInfo["Swarm"]> {
    return ((await this.ask("GET", "/info")) as EngineInfo).Swarm;
  }

  /**
   * Runs a docker command on this engine, and gives what it printed.
   * @throws Error what docker said, when it fails; DockerEngineError when the engine is not running.
   */
  async docker(...args: string[]): Promise<string> {
    if (!this.isRunning) throw new DockerEngineError(`the engine ${this.name} is not running`);
    const { stdout } = await execa("docker", ["--host", this.dockerHost, ...args], { timeout: 120_000 });
    return stdout;
  }

  #logsEnd(): string {
    return readFileSync(this.places.logFile, "utf8").trimEnd().split("\n").slice(-15).join("\n");
  }
}

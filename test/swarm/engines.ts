/**
 * Several Docker engines on this one machine, joined as one swarm: each in a network namespace of its own, with data, containerd and
 * containers of its own, on a bridge that is in a namespace too. Nothing of it is in the machine's network. Root's, as dockerd is.
 */
import { tmpdir } from "node:os";
import { join } from "node:path";
import { claimLab, releaseLab } from "../live/claim-lab.ts";
import { Engine } from "./engine.ts";
import { enginePrefix, underlayNamespace } from "./engine-places.ts";
import { findRemains, tellRemains } from "./find-remains.ts";
import { formSwarm, untilReady } from "./form-swarm.ts";
import { loadImage } from "./load-image.ts";
import { removeRemains } from "./remove-remains.ts";
import { layUnderlay, underlayAddress } from "./underlay.ts";

/** What is started. */
export interface EnginesOptions {
  /** In their order they have the addresses .1, .2, …; at most 11 characters each, letters and digits. @default ["m", "a", "b"] */
  readonly names?: readonly string[];
  /**
   * Who manages the swarm; the first of the names must be one. While less than half of them or none is left, no container can be started
   * on an overlay network, on whichever engine, and a lone manager that returns is heard of by the others after half a minute only. So
   * whatever is to lose its power is best no manager. @default the first alone
   */
  readonly managers?: readonly string[];
  /** The network between the engines. @default "10.254.77.0/24" */
  readonly network?: string;
  /** An image of the machine's own engine that each is to have. @default none */
  readonly image?: string;
  readonly signal?: AbortSignal;
}

/** What runs, from {@link startEngines}. */
export class Engines {
  readonly all: readonly Engine[];
  /** The first words of a command that runs beside the engines: it reaches their addresses, as somebody on their network does. */
  readonly beside: readonly string[] = ["nsenter", `--net=/run/netns/${underlayNamespace}`];

  constructor(engines: readonly Engine[]) {
    this.all = engines;
  }

  /** The engine of this name. */
  get(name: string): Engine {
    const engine = this.all.find((each) => each.name === name);
    if (!engine) throw new Error(`no engine ${name}: there are ${this.all.map((each) => each.name).join(", ")}`);
    return engine;
  }

  /**
   * Starts an engine again that was killed, and waits until it answers and a manager says that it is ready. Its containers may take longer:
   * the others still gossip about what it was before, it waits 30 s for that one's answer before it joins an overlay network, and a
   * `docker start` fails meanwhile (Docker 20.10; 10 of 16 returns at once, 1 of 5 after 12 s). Ask again, as one would after a real failure.
   */
  async start(name: string, signal?: AbortSignal): Promise<void> {
    const engine = this.get(name);
    await engine.powerOn(signal);
    await untilReady(engine, this.all, signal);
  }

  /**
   * Takes everything away: processes, mounts, namespaces, folders. It is the end of the whole swarm, so no engine takes its leave.
   * @throws Error what could not be taken away.
   */
  async stop(): Promise<void> {
    await removeRemains();
    const left = await releaseLab(claimed, claims);
    if (left.length > 0) throw new Error(`of the engines is left:\n${left.join("\n")}`);
  }

  /** What there is of the engines, one line each; nothing after {@link stop}. */
  leftovers(): string[] {
    return leftovers();
  }
}

/** What there is of engines on this machine, whoever started them, one line each. */
export const leftovers = (): string[] => tellRemains(findRemains());

/** One set of engines a machine: their places have fixed names. */
const claimed = "swarm-engines";
const claims = {
  folder: join(tmpdir(), "tunnelwright-test-labs"),
  leftovers: (): Promise<string[]> => Promise.resolve(leftovers()),
  remove: (): Promise<void> => removeRemains(),
};

/**
 * Takes away what a killed run left, starts the engines, joins them as a swarm, and loads the image into each. Whoever starts them
 * stops them; when the start fails, everything is taken away first.
 * @throws Error when another process has engines, or a name is none; when an engine does not answer or does not become ready.
 */
export async function startEngines(options: EnginesOptions = {}): Promise<Engines> {
  const { names = ["m", "a", "b"], network = "10.254.77.0/24", image, signal } = options;
  const managers = options.managers ?? names.slice(0, 1);
  mustBeSound(names, managers);
  const engines = names.map((name, at) => new Engine(name, underlayAddress(network, at + 1)));
  await claimLab(claimed, { ...claims, leftovers: () => Promise.resolve([]) });
  try {
    await removeRemains();
    await layUnderlay(underlayAddress(network, "bridge"));
    await allSettled(engines.map((engine) => engine.powerOn(signal)));
    await allSettled([
      formSwarm(engines, ({ name }) => managers.includes(name), signal),
      ...(image === undefined ? [] : [loadImage(image, engines, signal)]),
    ]);
    return new Engines(engines);
  } catch (error) {
    await new Engines(engines).stop();
    throw error;
  }
}

/** Waits for all before it tells of the first that failed: what still starts while everything is taken away would be left. */
async function allSettled(starts: readonly Promise<void>[]): Promise<void> {
  const ends = await Promise.allSettled(starts);
  const failed = ends.find((end) => end.status === "rejected");
  if (failed) throw failed.reason;
}

function mustBeSound(names: readonly string[], managers: readonly string[]): void {
  const underlay = underlayNamespace.slice(enginePrefix.length);
  const faults = [
    ...names
      .filter((name) => !/^[a-z][a-z0-9]{0,10}$/.test(name) || name === underlay || name === "bridge")
      .map((name) => `${JSON.stringify(name)} is no name for an engine: a letter, then at most ten letters or digits`),
    ...(new Set(names).size < names.length ? ["two engines have the same name"] : []),
    ...managers.filter((name) => !names.includes(name)).map((name) => `the manager ${name} is none of the engines`),
    ...(names[0] !== undefined && !managers.includes(names[0])
      ? [`the first engine, ${names[0]}, must be a manager`]
      : []),
  ];
  if (faults.length > 0) throw new Error(faults.join("; "));
}

/** Where an engine keeps what is its own. The names are always the same ones, so that what a killed run left is found again. */
import { join } from "node:path";

/** Namespaces, folders and control groups of these engines begin so, and nothing else on the machine does. */
export const enginePrefix = "tw-engine-";

/** The namespace of the bridge that joins the engines. */
export const underlayNamespace = `${enginePrefix}underlay`;

/** On a disk, not in memory: overlay2 needs a file system that carries it. */
export const enginesFolder = "/var/tmp";

/** The folders, files and names of one engine. */
export interface EnginePlaces {
  /** Of the network namespace, and of the control group that its containers are in. */
  readonly name: string;
  readonly folder: string;
  /** What is kept when the power fails: images, containers, the swarm. */
  readonly dataRoot: string;
  /** What is lost when the power fails. */
  readonly execRoot: string;
  readonly pidFile: string;
  readonly socket: string;
  readonly configFile: string;
  readonly logFile: string;
}

/** The places of the engine of this name. */
export function enginePlaces(engine: string): EnginePlaces {
  const name = `${enginePrefix}${engine}`;
  const folder = join(enginesFolder, name);
  return {
    name,
    folder,
    dataRoot: join(folder, "data"),
    execRoot: join(folder, "exec"),
    pidFile: join(folder, "pid"),
    socket: join(folder, "docker.sock"),
    configFile: join(folder, "daemon.json"),
    logFile: join(folder, "log"),
  };
}

/** The way to nodes on another engine: a container beside them, by the engine's API. */

/** How a node is reached whose management network this machine is not on. */
export interface RelayWay {
  /** The engine, as DOCKER_HOST says it. */
  readonly dockerHost: string;
  /** The container on it that opens the connection. */
  readonly container: string;
}

/** Whether Docker lets a container be called so, at a length that a message can hold. */
export function isContainerName(text: string): boolean {
  return /^[A-Za-z0-9][\w.-]{0,99}$/.test(text);
}

/** The program in the relay's container: `relay ADDRESS PORT`. */
export const relayProgram = "/usr/lib/tunnelwright/relay";

/** The relay of a lab on each of its engines; no node can be called so. */
export function relayContainer(lab: string): string {
  return `tw-${lab}-.relay`;
}

/** The file in a lab's folder that names its engines, where there are several: written at synth. */
export const enginesFileName = "engines.json";

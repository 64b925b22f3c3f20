/** A TCP connection that a container on another engine opens for us: what it says and hears travels by the engine's API. */
import type { Socket } from "node:net";
import { Duplex } from "node:stream";
import { relayProgram, type RelayWay } from "../model/relay.ts";
import { askEngine, atEngine, DockerEngineError, upgradeAtEngine } from "./docker-engine.ts";
import { DockerFrames } from "./docker-frames.ts";

/** The engine answers at once, or is not there. */
const engineDeadlineMs = 10_000;
/** So much of what the relay complains of is told. */
const mostComplaintCharacters = 300;

/**
 * Opens a connection to a port that a container of the engine can reach. What is written before it is open waits; that it cannot be opened is
 * the stream's error: the engine does not answer, the relay does not run, or what the relay said.
 */
export function openThroughEngine(way: RelayWay, place: { readonly address: string; readonly port: number }): Duplex {
  return new RelayedConnection(way, place);
}

class RelayedConnection extends Duplex {
  readonly #way: RelayWay;
  readonly #place: { readonly address: string; readonly port: number };
  readonly #frames = new DockerFrames((stream, written) => this.#take(stream, written));
  #wire: Socket | undefined;
  #hasHeard = false;
  #complaint = "";

  constructor(way: RelayWay, place: { readonly address: string; readonly port: number }) {
    super();
    this.#way = way;
    this.#place = place;
  }

  override _construct(callback: (error?: Error | null) => void): void {
    this.#open().then(
      () => callback(),
      (error: unknown) => callback(error instanceof Error ? error : new Error(String(error))),
    );
  }

  override _read(): void {
    this.#wire?.resume();
  }

  override _write(data: Buffer, _encoding: BufferEncoding, callback: (error?: Error | null) => void): void {
    if (this.#wire) this.#wire.write(data, callback);
    else callback(new Error("the relay is not open"));
  }

  override _final(callback: (error?: Error | null) => void): void {
    if (this.#wire) this.#wire.end(() => callback());
    else callback();
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#wire?.destroy();
    callback(error);
  }

  async #open(): Promise<void> {
    const { dockerHost, container } = this.#way;
    const options = { ...atEngine(dockerHost), deadlineMs: engineDeadlineMs };
    const made = await askEngine("POST", `/containers/${container}/exec`, {
      ...options,
      body: {
        AttachStdin: true,
        AttachStdout: true,
        AttachStderr: true,
        Tty: false,
        Cmd: [relayProgram, this.#place.address, String(this.#place.port)],
      },
    });
    const { Id } = made as { readonly Id?: string };
    if (Id === undefined)
      throw new DockerEngineError(`the Docker engine at ${dockerHost} made no exec in ${container}`);
    const { wire, head } = await upgradeAtEngine(`/exec/${Id}/start`, {
      ...options,
      body: { Detach: false, Tty: false },
    });
    this.#wire = wire;
    wire.on("data", (data: Buffer) => this.#frames.read(data));
    wire.on("error", (error) => this.destroy(error));
    wire.on("close", () => this.#ended());
    wire.on("end", () => this.#ended());
    if (head.length > 0) this.#frames.read(head);
  }

  #take(stream: number, written: Buffer): void {
    if (stream !== 1) {
      this.#complaint = (this.#complaint + written.toString("utf8")).slice(0, mostComplaintCharacters);
      return;
    }
    this.#hasHeard = true;
    if (!this.push(Buffer.from(written))) this.#wire?.pause();
  }

  #ended(): void {
    if (this.destroyed || this.readableEnded) return;
    // bash says where it stands in its script before it says what is wrong.
    const why =
      this.#complaint
        .trim()
        .split("\n")[0]
        ?.replace(/^.*line \d+: /, "") ?? "";
    if (!this.#hasHeard && why !== "")
      this.destroy(new Error(`${this.#way.container} at ${this.#way.dockerHost}: ${why}`));
    else this.push(null);
  }
}

/** How the Docker engine puts a container's standard output and standard error into one stream. */

/** Takes the stream apart: frames of eight bytes of head (stream, three zeros, big-endian length) and what was written. */
export class DockerFrames {
  readonly #take: (stream: number, written: Buffer) => void;
  #left = Buffer.alloc(0);

  /** @param take is handed each frame whole; 1 is standard output, 2 standard error */
  constructor(take: (stream: number, written: Buffer) => void) {
    this.#take = take;
  }

  read(data: Uint8Array): void {
    this.#left = Buffer.concat([this.#left, data]);
    while (this.#left.length >= 8) {
      const end = 8 + this.#left.readUInt32BE(4);
      if (this.#left.length < end) return;
      this.#take(this.#left[0] ?? 0, this.#left.subarray(8, end));
      this.#left = this.#left.subarray(end);
    }
  }
}

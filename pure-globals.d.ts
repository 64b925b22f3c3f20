// What the pure rooms may use beyond ECMAScript: an interruption that is handed in. Nothing here reaches a clock, a file or a socket.
interface AbortSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  throwIfAborted(): void;
}
interface AbortController {
  readonly signal: AbortSignal;
}
declare var AbortController: { new (): AbortController };
interface TextDecoder {
  decode(bytes: Uint8Array): string;
}
declare var TextDecoder: { new (): TextDecoder };

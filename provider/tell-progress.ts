import { connect, type Socket } from "node:net";
import { progressSocketVariable, type LabProgress } from "../model/lab-progress.ts";

/** Tells whoever waits for the deploy how far it is; nobody hears it where no socket is named. */
export interface ProgressTeller {
  readonly tell: (progress: LabProgress) => void;
  /** Lets go of the socket when what was told has left. */
  readonly close: () => void;
}

/** Opens nothing until something is told. That nobody listens any more is no fault of the deploy. */
export function progressTeller(path = process.env[progressSocketVariable]): ProgressTeller {
  if (path === undefined || path === "") return { tell: () => undefined, close: () => undefined };
  let socket: Socket | undefined;
  return {
    tell: (progress) => {
      socket ??= connect(path).on("error", () => undefined);
      if (socket.writable) socket.write(`${JSON.stringify(progress)}\n`);
    },
    close: () => socket?.end(),
  };
}

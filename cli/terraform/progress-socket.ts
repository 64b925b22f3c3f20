import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { LabProgress } from "../../model/lab-progress.ts";

/** A socket of this process's own that our provider tells its progress to. */
export interface ProgressSocket {
  readonly path: string;
  /** Removes it, and its folder. */
  readonly close: () => Promise<void>;
}

/** Listens in a folder that only this user enters; hears until it is closed. */
export async function openProgressSocket(hear: (progress: LabProgress) => void): Promise<ProgressSocket> {
  const folder = await mkdtemp(join(tmpdir(), "tunnelwright-up-"));
  const path = join(folder, "progress");
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on("error", () => socket.destroy()).on("close", () => open.delete(socket));
    createInterface({ input: socket }).on("line", (line) => {
      const progress = progressOf(line);
      if (progress) hear(progress);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(path, resolve);
  });
  return {
    path,
    close: async () => {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Undefined where the line is cut short: its writer was ended. */
function progressOf(line: string): LabProgress | undefined {
  try {
    return JSON.parse(line) as LabProgress;
  } catch {
    return undefined;
  }
}

import type { Duplex } from "node:stream";
import type { Client } from "ssh2";

const closeTimeoutMs = 1_000;

/** Ends an SSH connection; resolves when its socket is closed, which is seen to within about a second, whatever the peer does. */
export async function closeConnection({
  client,
  socket,
}: {
  readonly client: Client;
  readonly socket: Duplex;
}): Promise<void> {
  if (socket.destroyed) return;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(() => socket.destroy(), closeTimeoutMs);
    socket.once("close", () => {
      clearTimeout(timer);
      resolve();
    });
    try {
      client.end();
    } catch {
      socket.destroy();
    }
  });
}

/** An SSH server that answers as the routers' config program does, behind a line with a latency: what a plan meets, without a router. */
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import ssh2, { type ServerChannel } from "ssh2";
import { encodeFrames } from "../devices/config-frames.ts";
import { generateSshKeyPair } from "../devices/ssh-keys.ts";

/** Where it listens, and with which keys. */
export interface FarRouters {
  readonly port: number;
  /** Opens it; OpenSSH's form. */
  readonly privateKey: string;
  readonly hostKey: string;
  readonly seen: () => { readonly connections: number; readonly mostAtOnce: number };
  readonly close: () => void;
}

const sections = ["sysctl", "firewall", "interfaces", "ipsec", "routing", "keepalive"];
const revision = "0".repeat(64);

/** @param latencyMs of a round trip */
export async function openFarRouters(latencyMs: number): Promise<FarRouters> {
  const host = generateSshKeyPair("host");
  const user = generateSshKeyPair("bench");
  let connections = 0;
  let open = 0;
  let mostAtOnce = 0;
  const server = new ssh2.Server({ hostKeys: [host.privateKey] }, (client) => {
    connections += 1;
    mostAtOnce = Math.max(mostAtOnce, ++open);
    client.on("error", () => undefined);
    client.on("close", () => (open -= 1));
    // Whoever knows the way is let in: what is measured is the other side.
    client.on("authentication", (context) => context.accept());
    client.on("session", (accept) => accept().on("exec", (acceptExec) => answer(acceptExec())));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const line = await openLine((server.address() as AddressInfo).port, latencyMs / 2);
  return {
    port: (line.server.address() as AddressInfo).port,
    privateKey: user.privateKey,
    hostKey: host.publicKey,
    seen: () => ({ connections, mostAtOnce }),
    close: () => {
      line.close();
      server.close();
    },
  };
}

/** What the config program says to `read`, `push`, `confirm` and `remove` on a router that holds empty texts. */
function answer(channel: ServerChannel): void {
  let input = Buffer.alloc(0);
  let answered = false;
  channel.on("error", () => undefined);
  const tell = (): void => {
    const [head = "", , verb = "", ...rest] = input.toString("latin1").split("\0");
    const wordCount = Number.parseInt(head, 10);
    // What is pushed is taken to its end; a question is answered as soon as it is whole.
    if (answered || (verb === "push" && !channel.readableEnded) || rest.length < wordCount - 1) return;
    answered = true;
    channel.write(
      verb === "read" ? encodeFrames(emptyReading(rest.slice(0, wordCount - 2))) : `revision ${revision}\n`,
    );
    channel.exit(0);
    channel.end();
  };
  channel.on("data", (data: Buffer) => {
    input = Buffer.concat([input, data]);
    tell();
  });
  channel.on("end", tell);
}

function emptyReading(parts: readonly string[]): { readonly name: string; readonly bytes: Buffer }[] {
  const text = (name: string, content = "") => ({ name, bytes: Buffer.from(content) });
  const live = parts.map((part) => text(`live/${part}`, /^(?:links|addresses|routes6?)$/.test(part) ? "[]" : ""));
  return [text("set", `${revision}\n`), ...sections.map((name) => text(name)), ...live];
}

/** Every byte comes later by half a round trip, in each direction. */
async function openLine(
  port: number,
  oneWayMs: number,
): Promise<{ readonly server: Server; readonly close: () => void }> {
  const sockets = new Set<Socket>();
  const late = (from: Socket, to: Socket): void => {
    from.on("data", (data) => setTimeout(() => to.writable && to.write(data), oneWayMs));
    from.on("end", () => setTimeout(() => to.end(), oneWayMs));
    from.on("error", () => to.destroy());
    from.on("close", () => sockets.delete(from));
  };
  const server = createServer({ noDelay: true, allowHalfOpen: true }, (near) => {
    const far = connect({ port, host: "127.0.0.1", noDelay: true, allowHalfOpen: true });
    for (const socket of [near, far]) sockets.add(socket);
    late(near, far);
    late(far, near);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return {
    server,
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

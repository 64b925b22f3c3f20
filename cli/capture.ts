/** `capture`: the packets of a segment, as text or as pcap, while somebody looks. */
import { createWriteStream } from "node:fs";
import { Writable } from "node:stream";
import { finished } from "node:stream/promises";
import type { LinuxSession } from "../devices/linux-session.ts";
import { harmless } from "../model/harmless.ts";
import type { LabPlan } from "../model/plan-document.ts";
import { DocumentError } from "./document-error.ts";
import { exitCodes, type ExitCode } from "./exit-codes.ts";
import { LackingError } from "./lab-folder.ts";
import { withRunningLab } from "./running-lab.ts";

export interface CaptureOptions {
  /** A file for pcap; `-` is standard output. @default - the packets are told in words */
  readonly write?: string;
  /** End after so many packets. @default - until it is stopped */
  readonly count?: number;
  /** The node that listens. @default - a transit on the segment, else a router */
  readonly on?: string;
  /** Ends the capture, which is its usual end. */
  readonly signal: AbortSignal;
}

/** Where tcpdump listens. */
export interface ListeningPlace {
  readonly node: string;
  readonly interface: string;
}

const stopTimeoutMs = 10_000;

/** Captures until the signal, or so many packets; what was seen until then is kept. */
export async function captureSegment(
  lab: string,
  place: string,
  filter: readonly string[],
  { write, count, on: asked, signal }: CaptureOptions,
): Promise<ExitCode> {
  if (write === "-" && process.stdout.isTTY)
    throw new DocumentError("a pcap is not for a terminal: capture … -w - | wireshark -k -i -, or -w FILE");
  return withRunningLab(lab, { signal }, async ({ plan, on }) => {
    const where = placeOf(plan, place, asked);
    const form = write === undefined ? ["-l", "-tttt"] : ["-U", "-w", "-"];
    const argv = ["tcpdump", "-i", where.interface, "-n", "--immediate-mode", ...form];
    if (count !== undefined) argv.push("-c", String(count));
    return on(where.node, async (session) => {
      const file = write === undefined || write === "-" ? null : createWriteStream(write);
      const stdoutTo = file ?? (write === undefined ? lineWriter() : process.stdout);
      const wanted = withoutEcho(filter, await macOf(session, where.interface));
      const running = await session.start([...argv, "--", ...wanted], { stdoutTo });
      await running.waitForStderr("listening on", stopTimeoutMs);
      process.stderr.write(`Listening on ${where.node}:${where.interface}; Ctrl-C ends it.\n`);
      await new Promise<void>((resolve) => {
        const end = (): void => resolve();
        signal.addEventListener("abort", end, { once: true });
        // A reader that has gone wants no more packets.
        process.stdout.once("close", end);
        running.ended.then(end, end);
        if (signal.aborted) end();
      });
      const { stderr } = await running.stop(stopTimeoutMs);
      if (stdoutTo !== process.stdout) await finished(stdoutTo.end());
      const seen = /^(\d+) packets? captured/m.exec(stderr)?.[1] ?? "0";
      const lost = /^([1-9]\d*) packets? dropped by kernel/m.exec(stderr)?.[1];
      process.stderr.write(
        `${seen} packets${lost === undefined ? "" : `, ${lost} lost`}${file ? ` in ${harmless(String(write))}` : ""}\n`,
      );
      return exitCodes.passed;
    });
  });
}

/** Of an Ethernet device; a tunnel has none. */
async function macOf(session: LinuxSession, device: string): Promise<string | undefined> {
  if (!/^[\w.-]{1,15}$/.test(device)) return undefined;
  const { exitCode, stdout } = await session.run(["cat", `/sys/class/net/${device}/address`]);
  const mac = stdout.trim();
  return exitCode === 0 && /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/.test(mac) && !/^[0:]+$/.test(mac) ? mac : undefined;
}

/**
 * The filter, without what user-mode Linux hears of itself: its raw transport reads back what it has sent, so that tcpdump would show
 * each packet that leaves a second time, as if it had come. In this order, since libpcap (1.10) filters the first packet by itself,
 * where the direction is not known: what others sent is let by before it is asked for. The very first may be lost where it is the node's own.
 */
function withoutEcho(filter: readonly string[], mac: string | undefined): readonly string[] {
  if (mac === undefined) return filter;
  const own = `(not ether src ${mac} or outbound)`;
  return [filter.length === 0 ? own : `${own} and (${filter.join(" ")})`];
}

/** What is written to it, in lines of standard output that do nothing to a terminal. */
function lineWriter(): Writable {
  const decoder = new TextDecoder();
  let open = "";
  const print = (text: string): void => void process.stdout.write(text);
  return new Writable({
    write(data: Uint8Array, _, done) {
      const lines = (open + decoder.decode(data, { stream: true })).split("\n");
      open = lines.pop() ?? "";
      for (const line of lines) print(`${harmless(line)}\n`);
      done();
    },
    final(done) {
      if (open !== "") print(`${harmless(open)}\n`);
      done();
    },
  });
}

/**
 * `r1:tunnel0` is that interface; a segment's name is the interface of a node that is on it, a transit's first.
 * @throws LackingError when the lab has neither, with the names it has.
 */
export function placeOf({ nodes, segments }: LabPlan, place: string, on?: string): ListeningPlace {
  const [name = "", device] = place.split(":");
  if (device !== undefined) {
    const names = nodes.map((node) => node.name);
    if (!names.includes(name)) throw new LackingError(`there is no node ${name}; there are ${names.join(", ")}`);
    return { node: name, interface: device };
  }
  const plugs = nodes.flatMap((node) =>
    node.interfaces.flatMap((each) => (each.segment === place ? [{ node, interface: each.name }] : [])),
  );
  const linux = plugs.filter(({ node }) => node.platform === "linux");
  const byRole = (role: string) => linux.find(({ node }) => node.role === role);
  const plug =
    on === undefined ? (byRole("transit") ?? byRole("router") ?? linux[0]) : linux.find(({ node }) => node.name === on);
  if (plug) return { node: plug.node.name, interface: plug.interface };
  if (plugs.length === 0)
    throw new LackingError(
      `there is no segment ${place}; there are ${segments.map((each) => each.name).join(", ")}, and NODE:INTERFACE`,
    );
  throw new LackingError(
    `${on ?? "a Linux node"} is not on ${place}; there are ${plugs.map(({ node }) => node.name).join(", ")}`,
  );
}

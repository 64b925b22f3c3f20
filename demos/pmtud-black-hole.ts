import type { DemoStep } from "../model/demo-result.ts";
import { row, tunnelOf, type Demo, type DemoContext } from "./demo.ts";
import { journeyStep } from "./journey.ts";
import { hostsOf } from "./send-and-watch.ts";

const port = 5201;
/** Many full segments, and little enough to cross any lab in a second. */
const transferBytes = 200_000;
const patienceSeconds = 6;
const stopTimeoutMs = 5_000;

/** A transit that drops ICMP type 3 code 4. */
export const pmtudBlackHole: Demo = {
  labs: ["pmtud-black-hole"],
  title: "a path MTU that nobody is told",
  async *steps(context) {
    yield await journeyStep(context, {
      tunnel: "hole",
      bytes: 1442,
      df: true,
      mostPackets: 3,
      title: "Full packets vanish",
      explanation:
        "ip mtu 1442 is right for r1's own link. Behind the provider the path carries 1400; it drops the packet, and its word of it is filtered. r1 never learns, h1 never learns, every full packet is lost.",
    });
    yield await transferStep(context, "hole", {
      title: "TCP hangs",
      explanation:
        "The handshake is small and passes. The first full segment does not, and is sent again until somebody gives up (RFC 2923 section 2.1).",
      expected: "hangs",
    });
    yield await journeyStep(context, {
      tunnel: "cured",
      bytes: 1500,
      df: true,
      title: "The cure: an ip mtu that fits the whole path",
      explanation:
        "ip mtu 1342 is what 1400 leaves. r1 refuses larger packets itself, and its own word reaches h1: no ICMP from outside is needed.",
    });
    yield await transferStep(context, "cured", {
      title: "TCP passes",
      explanation: "adjust-mss 1302 keeps full segments within the ip mtu from the first one on.",
      expected: "finishes",
    });
  },
};

async function transferStep(
  context: DemoContext,
  tunnelName: string,
  { title, explanation, expected }: { readonly title: string; readonly explanation: string; readonly expected: string },
): Promise<DemoStep> {
  const seen = await transfer(context, tunnelName);
  return {
    title,
    explanation,
    rows: [row(`${transferBytes} bytes by TCP in ${patienceSeconds} s`, expected, seen)],
    worlds: null,
    captures: [],
  };
}

/** A host that was told something before would send smaller segments: both forget. */
async function transfer(context: DemoContext, tunnelName: string): Promise<"finishes" | "hangs"> {
  const { on, clock, signal } = context;
  const { from, to } = hostsOf(tunnelOf(context, tunnelName));
  for (const node of [from.name, to.name]) await on(node, (session) => session.run(["ip", "route", "flush", "cache"]));
  return on(to.name, async (listening) => {
    const server = await listening.start(["iperf3", "-s", "-B", to.address, "-p", String(port)], { signal });
    try {
      return await on(from.name, async (session) => {
        const send = [
          "iperf3",
          "-c",
          to.address,
          "-p",
          String(port),
          "-n",
          String(transferBytes),
          "--connect-timeout",
          "1000",
        ];
        const deadlineMs = clock.nowMs() + patienceSeconds * 1000;
        for (;;) {
          const { exitCode, stdout, stderr } = await session.run(["timeout", String(patienceSeconds), ...send], {
            timeoutMs: (patienceSeconds + 5) * 1000,
          });
          // 124: timeout(1) ended it.
          if (exitCode === 0 || exitCode === 124) return exitCode === 0 ? "finishes" : "hangs";
          // The listener needs a moment.
          if (!/refused/.test(stdout + stderr) || clock.nowMs() > deadlineMs)
            throw new Error(`iperf3 on ${from.name}: ${(stdout + stderr).trim()}`);
          await clock.wait(100, signal);
        }
      });
    } finally {
      await server.stop(stopTimeoutMs);
    }
  });
}

import type { DemoRow, DemoStep } from "../model/demo-result.ts";
import { wireBytes } from "../model/overhead.ts";
import { plannedEncapsulation } from "../model/packet-road.ts";
import { row, tunnelOf, type Demo, type DemoContext } from "./demo.ts";
import { journeyStep } from "./journey.ts";
import { sendAndWatch } from "./send-and-watch.ts";

/** Padding to 8 bytes makes 16 or 24 of the 20: some of each. */
const sizes = [100, 101, 104, 500, 1000, 1422];

/** The same packets through both modes. */
export const transportVsTunnel: Demo = {
  labs: ["transport-vs-tunnel"],
  title: "what the second IP header of tunnel mode costs",
  async *steps(context) {
    yield await savings(context);
    for (const [tunnel, mode, fits] of [
      ["transport", "transport", 1442],
      ["tunnel", "tunnel", 1422],
    ] as const)
      yield await journeyStep(context, {
        tunnel,
        bytes: fits + 1,
        df: true,
        title: `One byte too many in ${mode} mode`,
        explanation: `${fits} bytes are what ${mode} mode leaves: r1 refuses one more and names ${fits}, and what is sent then fills the link.`,
      });
  },
};

async function savings(context: DemoContext): Promise<DemoStep> {
  const tunnels = { transport: tunnelOf(context, "transport"), tunnel: tunnelOf(context, "tunnel") };
  const rows: DemoRow[] = [];
  const captures: string[] = [];
  const weigh = async (mode: keyof typeof tunnels, bytes: number): Promise<{ predicted: number; seen: number }> => {
    const watched = await sendAndWatch(context, tunnels[mode], { bytes, df: true, name: `${mode}-${bytes}` });
    captures.push(...watched.captures);
    const link = `${tunnels[mode].left.router} → ${tunnels[mode].transits[0] ?? tunnels[mode].right.router}`;
    const predicted = wireBytes(bytes, plannedEncapsulation(tunnels[mode]));
    return { predicted, seen: (watched.sightings.get(link) ?? []).reduce((sum, size) => sum + size, 0) };
  };
  for (const bytes of sizes) {
    const transport = await weigh("transport", bytes);
    const tunnel = await weigh("tunnel", bytes);
    rows.push(
      row(`${bytes} bytes in transport mode`, transport.predicted, transport.seen),
      row(`${bytes} bytes in tunnel mode`, tunnel.predicted, tunnel.seen),
      row(`transport saves at ${bytes} bytes`, tunnel.predicted - transport.predicted, tunnel.seen - transport.seen),
    );
  }
  return {
    title: "The same packets to both peers",
    explanation:
      "The seed says that transport mode saves 20 bytes. 3DES pads to 8, so that it is 16 or 24 for a packet; exactly 20 only for suites that pad to 4.",
    rows,
    worlds: null,
    captures,
  };
}

/** `dissect`: a capture file as a list of packets with their layers; with a running lab's keys, ESP opened. */
import { readFile } from "node:fs/promises";
import type { CaptureRecord } from "../capture/capture-record.ts";
import { joinFragments } from "../capture/join-fragments.ts";
import { openEsp } from "../capture/open-esp.ts";
import { packetLayers, type EspOpener } from "../capture/packet-layers.ts";
import type { IpPacket } from "../capture/packet.ts";
import { readCapture } from "../capture/read-capture.ts";
import { inventoryTargets, readInventory } from "../devices/inventory.ts";
import { SessionPool } from "../devices/session-pool.ts";
import { parseXfrmStates, type XfrmState } from "../dialects/iproute2/read-xfrm-state.ts";
import { renderDissection, type DissectedPacket } from "../reports/render-dissection.ts";
import { espDecryptor } from "./esp-decryptor.ts";
import { exitCodes, type ExitCode } from "./exit-codes.ts";
import { printJson } from "./json-documents.ts";
import { labFolder, LackingError, readPlan } from "./lab-folder.ts";

/** How a capture is read. */
export interface DissectOptions {
  /** Ask this lab's routers for the keys of their SAs, now; they are kept nowhere. */
  readonly open?: string;
  readonly json?: boolean;
}

/** Lists the packets of a capture; 1 when something of it could not be read. */
export async function dissectFile(
  file: string,
  { open, json = false, signal }: DissectOptions & { readonly signal: AbortSignal },
): Promise<ExitCode> {
  const bytes = await readFile(file).catch((error: unknown) => {
    throw new LackingError(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  });
  const records = readCapture(bytes);
  const opener = open === undefined ? undefined : openerOf(await askKeys(open, signal));
  const packets = dissected(records, opener);
  if (json) printJson("dissect", packets);
  else process.stdout.write(renderDissection(packets));
  const unread = records.flatMap((record) => (record.kind === "malformed" ? [record.reason] : []));
  for (const reason of unread) console.error(`✖ ${file}: ${reason}`);
  return unread.length > 0 ? exitCodes.failed : exitCodes.passed;
}

function dissected(records: readonly CaptureRecord[], opener: EspOpener | undefined): DissectedPacket[] {
  const { packets } = joinFragments(records);
  return packets.map(({ packet, fragments }) => ({
    number: Math.max(...fragments.map(({ recordIndex }) => recordIndex)) + 1,
    source: packet.source,
    destination: packet.destination,
    totalBytes: packet.totalBytes,
    fragments: fragments.length > 1 ? fragments.map(({ totalBytes }) => totalBytes) : [],
    layers: packetLayers(packet, opener),
    note: noteOn(packet),
  }));
}

function noteOn(packet: IpPacket): string {
  const { payload } = packet;
  const words = packet.kind === "ipv4" && packet.dontFragment ? ["DF"] : [];
  if (payload.kind === "icmp" && payload.nextHopMtuBytes !== null)
    words.push(`fragmentation needed, next-hop MTU ${payload.nextHopMtuBytes}`);
  if (payload.kind === "icmpv6" && payload.mtuBytes !== null) words.push(`packet too big, MTU ${payload.mtuBytes}`);
  if (payload.kind === "tcp" && payload.mssBytes !== null) words.push(`MSS ${payload.mssBytes}`);
  if (payload.kind === "ospf" && payload.hello)
    words.push(`hello of ${payload.routerId}, every ${payload.hello.helloIntervalSeconds} s`);
  if (payload.kind === "malformed") words.push(payload.reason);
  return words.join(", ");
}

function openerOf(states: readonly XfrmState[]): EspOpener {
  const bySpi = new Map(states.map((state) => [state.spi, state]));
  return (esp) => {
    const state = bySpi.get(esp.spi);
    return state ? openEsp(esp, state.transform, espDecryptor(state.transform, state)) : null;
  };
}

/** The keys of every SA of the lab's routers, as their kernels hold them now. */
async function askKeys(lab: string, signal: AbortSignal): Promise<XfrmState[]> {
  const { plan } = await readPlan(lab);
  const directory = labFolder(lab);
  const targets = await inventoryTargets(directory, await readInventory(directory));
  const pool = new SessionPool({ connectTimeoutMs: 10_000 });
  const routers = plan.nodes.filter(({ role }) => role === "router");
  try {
    const states = await Promise.all(
      routers.map(async ({ name }) => {
        const target = targets.get(name);
        if (!target)
          throw new LackingError(`the inventory of ${lab} has no node ${name}: run npx tunnelwright up ${lab}`);
        const { stdout } = await pool.withSession(target, (session) => session.run(["ip", "xfrm", "state"]), {
          signal,
        });
        return parseXfrmStates(stdout);
      }),
    );
    return states.flat();
  } finally {
    await pool.close();
  }
}

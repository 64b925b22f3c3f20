/** `packet`: the life of a packet, from a document or through a lab's tunnel. It opens no socket. */
import { writeFile } from "node:fs/promises";
import type { PacketRoad } from "../model/packet-event.ts";
import { parsePacketJourney, travel, type AskedPacket } from "../model/packet-journey.ts";
import { roadOf } from "../model/packet-road.ts";
import type { LabPlan, PlannedTunnel } from "../model/plan-document.ts";
import { renderLayersSvg } from "../reports/packet-picture.ts";
import { layersOnWire, renderLives } from "../reports/render-packet-life.ts";
import { exitCodes, type ExitCode } from "./exit-codes.ts";
import { printJson } from "./json-documents.ts";
import { LackingError, readPlan } from "./lab-folder.ts";
import { readDocument } from "./read-document.ts";

/** Which packet, through what, and how it is told. */
export interface PacketOptions {
  readonly lab?: string;
  readonly tunnel?: string;
  readonly size?: number;
  /** False with `--no-df`. */
  readonly df?: boolean;
  readonly platform?: PacketRoad["platform"];
  readonly once?: boolean;
  readonly json?: boolean;
  readonly svg?: string;
}

/** Tells what becomes of the packets; 1 when the last of them is not delivered. */
export async function packet(file: string | undefined, options: PacketOptions): Promise<ExitCode> {
  const asked = options.lab === undefined ? await fromDocument(file ?? "-") : await fromLab(options.lab, options);
  if (asked === undefined) return exitCodes.misuse;
  const road = options.platform === undefined ? asked.road : { ...asked.road, platform: options.platform };
  const told = travel(road, asked.packets, { once: options.once ?? false });
  const title = titleOf(road);
  if (options.json) {
    const packets = told.map(({ bytes, df, life }) => ({ bytes, df, ...life }));
    printJson("packet", { road, packets });
  } else process.stdout.write(renderLives(title, told));
  const layers = layersOnWire(told);
  if (options.svg !== undefined && layers) await writeFile(options.svg, renderLayersSvg(layers, title));
  return told.at(-1)?.life.delivered ? exitCodes.passed : exitCodes.failed;
}

interface Asked {
  readonly road: PacketRoad;
  readonly packets: readonly AskedPacket[];
}

async function fromDocument(file: string): Promise<Asked | undefined> {
  const parsed = parsePacketJourney(await readDocument(file, "a packet's journey"));
  if (!("faults" in parsed)) return parsed;
  for (const { path, what } of parsed.faults) console.error(`✖ ${path}: ${what}`);
  return undefined;
}

async function fromLab(lab: string, { tunnel: name, size = 1500, df = true, platform }: PacketOptions): Promise<Asked> {
  const { plan } = await readPlan(lab);
  const names = plan.tunnels.map((each) => each.name);
  const tunnel = plan.tunnels.find((each) => each.name === (name ?? names[0]));
  if (!tunnel)
    throw new LackingError(`lab ${lab} has no tunnel ${name ?? ""}; it has ${names.join(", ") || "none at all"}`);
  return { road: roadOf(plan, tunnel, platform ?? platformOf(plan, tunnel)), packets: [{ bytes: size, df }] };
}

/** That of the router which the packet enters the tunnel by. */
function platformOf(plan: LabPlan, { left }: PlannedTunnel): PacketRoad["platform"] {
  return plan.nodes.find(({ name }) => name === left.router)?.platform ?? "linux";
}

/** `gre-over-ipsec aes-gcm-16 transport over 1500, 1400, on linux`. */
function titleOf({ encapsulation: e, linkMtusBytes, platform }: PacketRoad): string {
  const integrity = e.esp.integrity === "none" ? "" : `/${e.esp.integrity}`;
  const esp = e.order === "gre" ? "" : ` ${e.esp.encryption}${integrity} ${e.mode}${e.natTraversal ? ", NAT-T" : ""}`;
  return `${e.order}${esp}, links of ${linkMtusBytes.join(", ")} bytes, as ${platform === "ios" ? "IOS is documented" : "Linux does it"}`;
}

/** Docker wants a subnet for every network; the guests never use it on data segments. Here each lab gets a small block of its own. */
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/** The file in a lab's folder that holds its Terraform state. */
export const stateFileName = "terraform.tfstate";

/** The blocks come from 10.213.0.0/16: /22 each, so 64 labs on a machine. */
const pool = { secondOctet: 213, blockCount: 64, octetsPerBlock: 4 };

/** A lab's 1024 addresses: the first /24 for management, the rest in /28 for segments. */
export interface AddressBlock {
  /** Third octet of the block's first address. */
  readonly thirdOctet: number;
}

/** Subnet of the management network; nodes are at .11 and up, Docker's bridge at .1. */
export function managementSubnet(block: AddressBlock): { readonly subnet: string; readonly gateway: string } {
  const net = `10.${pool.secondOctet}.${block.thirdOctet}`;
  return { subnet: `${net}.0/24`, gateway: `${net}.1` };
}

/** Management address of the node with the given number (0 is the first). */
export function managementAddress(block: AddressBlock, nodeIndex: number): string {
  return `10.${pool.secondOctet}.${block.thirdOctet}.${11 + nodeIndex}`;
}

/** Subnet and gateway of the segment with the given number (0 is the first), for Docker's book-keeping alone. */
export function segmentSubnet(
  block: AddressBlock,
  segmentIndex: number,
): { readonly subnet: string; readonly gateway: string } {
  const offset = 256 + segmentIndex * 16;
  const net = `10.${pool.secondOctet}.${block.thirdOctet + Math.floor(offset / 256)}`;
  return { subnet: `${net}.${offset % 256}/28`, gateway: `${net}.${(offset % 256) + 1}` };
}

/** How many segments and nodes a block holds. */
export const blockLimits = { segments: (pool.octetsPerBlock - 1) * 16, nodes: 240 };

/**
 * The block that begins at the third octet.
 * @throws Error when none does.
 */
export function addressBlockAt(thirdOctet: number): AddressBlock {
  if (!isBlockStart(thirdOctet))
    throw new Error(`addressBlockThirdOctet is ${thirdOctet}: it must be a multiple of 4 from 0 to 252`);
  return { thirdOctet };
}

/**
 * The block of a lab, kept in its folder from now on: the one it had before, else the first free one, in an order its name decides.
 * Free means: no other lab of the working folder has it, and no route of this machine overlaps it. The block of a lab that is not
 * deployed is given up when a route has come to overlap it: another folder's lab took it meanwhile.
 *
 * @throws Error when all blocks are taken.
 */
export function chooseAddressBlock(labDirectory: string): AddressBlock {
  const routed = new Set(routedThirdOctets());
  const kept = readBlock(labDirectory);
  if (kept && (!routed.has(kept.thirdOctet) || isDeployed(labDirectory))) return kept;
  const number = Array.from(labDirectory).reduce(
    (sum, character) => (sum * 31 + character.charCodeAt(0)) % (pool.blockCount * pool.blockCount),
    7,
  );
  // An odd stride comes by every block of an even count.
  const stride = 2 * Math.floor(number / pool.blockCount) + 1;
  for (let step = 0; step < pool.blockCount; step += 1) {
    const thirdOctet = ((number + step * stride) % pool.blockCount) * pool.octetsPerBlock;
    const isFree = () => !blocksOfOthers(labDirectory).includes(thirdOctet);
    if (routed.has(thirdOctet) || !isFree()) continue;
    keepBlock(labDirectory, { thirdOctet });
    // Two labs synthesized at the same moment may both have found it free: whoever wrote later sees the other here, and goes on.
    if (isFree()) return { thirdOctet };
  }
  throw new Error(
    `all ${pool.blockCount} address blocks in 10.${pool.secondOctet}.0.0/16 are taken: destroy a lab, or remove routes to that network`,
  );
}

function blocksOfOthers(labDirectory: string): number[] {
  const parent = dirname(labDirectory);
  if (!existsSync(parent)) return [];
  return readdirSync(parent, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() && entry.name !== basename(labDirectory)
      ? (readBlock(join(parent, entry.name))?.thirdOctet ?? [])
      : [],
  );
}

/** Keeps a lab's block in its folder; whole or not at all, for another synth may read it now. */
export function keepBlock(labDirectory: string, block: AddressBlock): void {
  mkdirSync(labDirectory, { recursive: true, mode: 0o700 });
  const file = blockFile(labDirectory);
  writeFileSync(`${file}.new`, `${JSON.stringify(block)}\n`);
  renameSync(`${file}.new`, file);
}

/** Whether the lab's Terraform state holds anything: then the routes to its block are its own. */
function isDeployed(labDirectory: string): boolean {
  const file = join(labDirectory, stateFileName);
  if (!existsSync(file)) return false;
  try {
    const { resources } = JSON.parse(readFileSync(file, "utf8")) as { readonly resources?: readonly unknown[] };
    return (resources ?? []).length > 0;
  } catch {
    // Cut short: it may well be deployed.
    return true;
  }
}

/** Where a lab keeps its block. */
export function blockFile(labDirectory: string): string {
  return join(labDirectory, "address-block.json");
}

function readBlock(labDirectory: string): AddressBlock | undefined {
  const file = blockFile(labDirectory);
  if (!existsSync(file)) return undefined;
  let kept: unknown;
  try {
    kept = JSON.parse(readFileSync(file, "utf8"));
  } catch {
    // Cut off while it was written: no block is known.
    return undefined;
  }
  const thirdOctet = typeof kept === "object" && kept !== null && "thirdOctet" in kept ? kept.thirdOctet : undefined;
  return typeof thirdOctet === "number" && isBlockStart(thirdOctet) ? { thirdOctet } : undefined;
}

function isBlockStart(thirdOctet: number): boolean {
  return Number.isInteger(thirdOctet / pool.octetsPerBlock) && thirdOctet >= 0 && thirdOctet < 256;
}

/** Blocks that a route of this machine touches; empty where the kernel does not tell (other systems than Linux). */
function routedThirdOctets(): number[] {
  const table = "/proc/net/route";
  if (!existsSync(table)) return [];
  return readFileSync(table, "utf8")
    .split("\n")
    .slice(1)
    .flatMap((line) => {
      const [, destination = "", , , , , , mask = ""] = line.split(/\s+/);
      // Little-endian hexadecimal: 000AD50A is 10.213.10.0.
      const octets =
        destination
          .match(/../g)
          ?.map((hex) => parseInt(hex, 16))
          .reverse() ?? [];
      const inPool = octets[0] === 10 && octets[1] === pool.secondOctet && mask !== "00000000";
      return inPool ? [Math.floor((octets[2] ?? 0) / pool.octetsPerBlock) * pool.octetsPerBlock] : [];
    });
}

/** Docker wants a subnet for every network; the guests never use it on data segments. Here each lab gets a small block of its own. */
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

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
 * The block of a lab: the one it had before, else the first free one, starting at a place its name decides.
 * Free means: no other lab of the working folder has it, and no route of this machine overlaps it.
 *
 * @throws Error when all blocks are taken.
 */
export function chooseAddressBlock(labDirectory: string): AddressBlock {
  const kept = readBlock(labDirectory);
  if (kept) return kept;
  const parent = join(labDirectory, "..");
  const others = existsSync(parent)
    ? readdirSync(parent, { withFileTypes: true }).flatMap((entry) =>
        entry.isDirectory() ? (readBlock(join(parent, entry.name)) ?? []) : [],
      )
    : [];
  const taken = new Set([...others.map((block) => block.thirdOctet), ...routedThirdOctets()]);
  const start = Array.from(labDirectory).reduce(
    (sum, character) => (sum * 31 + character.charCodeAt(0)) % pool.blockCount,
    7,
  );
  for (let step = 0; step < pool.blockCount; step += 1) {
    const thirdOctet = ((start + step) % pool.blockCount) * pool.octetsPerBlock;
    if (!taken.has(thirdOctet)) return { thirdOctet };
  }
  throw new Error(
    `all ${pool.blockCount} address blocks in 10.${pool.secondOctet}.0.0/16 are taken: destroy a lab, or remove routes to that network`,
  );
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

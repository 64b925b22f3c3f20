/** Docker wants a subnet for every network; the guests never use it on data segments. Here each lab gets a small block of its own. */
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/** The file in a lab's folder that holds its Terraform state. */
export const stateFileName = "terraform.tfstate";

/** The blocks come from 10.213.0.0/16, which has room for 64 of /22. */
const pool = { secondOctet: 213, octetCount: 256 };
/** A block of this many third octets is a /22; larger ones are its multiples by two. */
const smallestOctetCount = 4;

/** A lab's addresses: the first quarter for management, the rest in /28 for segments. */
export interface AddressBlock {
  /** Third octet of the block's first address. */
  readonly thirdOctet: number;
  /**
   * How many third octets it has: 4, 8, 16 … 256.
   * @default 4, which is a /22
   */
  readonly octetCount?: number;
}

/** What a lab needs addresses for. */
export interface BlockContents {
  readonly nodes: number;
  readonly segments: number;
}

const octetsOf = ({ octetCount = smallestOctetCount }: AddressBlock): number => octetCount;
const dotted = (thirdOctet: number, offset: number): string =>
  `10.${pool.secondOctet}.${thirdOctet + Math.floor(offset / 256)}.${offset % 256}`;

/** Subnet of the management network; nodes are at .11 and up, Docker's bridge at .1. */
export function managementSubnet(block: AddressBlock): { readonly subnet: string; readonly gateway: string } {
  const prefixLength = 24 - Math.log2(octetsOf(block) / smallestOctetCount);
  return { subnet: `${dotted(block.thirdOctet, 0)}/${prefixLength}`, gateway: dotted(block.thirdOctet, 1) };
}

/** Management address of the node with the given number (0 is the first). */
export function managementAddress(block: AddressBlock, nodeIndex: number): string {
  return dotted(block.thirdOctet, 11 + nodeIndex);
}

/** Subnet and gateway of the segment with the given number (0 is the first), for Docker's book-keeping alone. */
export function segmentSubnet(
  block: AddressBlock,
  segmentIndex: number,
): { readonly subnet: string; readonly gateway: string } {
  const offset = (octetsOf(block) / 4) * 256 + segmentIndex * 16;
  return { subnet: `${dotted(block.thirdOctet, offset)}/28`, gateway: dotted(block.thirdOctet, offset + 1) };
}

/** Docker's address of a port of an overlay segment, by its number (0 is the first): from the top, for the swarm takes some from below. */
export function segmentPortAddress(block: AddressBlock, segmentIndex: number, portIndex: number): string {
  const mostPorts = 10;
  if (portIndex >= mostPorts)
    throw new Error(`a segment between engines has room for ${mostPorts} nodes: split it, or keep it on one engine`);
  return dotted(block.thirdOctet, (octetsOf(block) / 4) * 256 + segmentIndex * 16 + 14 - portIndex);
}

/** How many segments and nodes a block holds. */
export function blockLimits(block: AddressBlock): BlockContents {
  const octets = octetsOf(block);
  return { segments: ((octets * 3) / 4) * 16, nodes: (octets / 4) * 256 - 16 };
}

/**
 * How many third octets a block must have that holds so many nodes and segments.
 * @throws Error when none is large enough.
 */
export function octetsFor({ nodes, segments }: BlockContents): number {
  for (let octetCount = smallestOctetCount; octetCount <= pool.octetCount; octetCount *= 2) {
    const limits = blockLimits({ thirdOctet: 0, octetCount });
    if (nodes <= limits.nodes && segments <= limits.segments) return octetCount;
  }
  throw new Error(
    `${nodes} nodes on ${segments} segments are more than 10.${pool.secondOctet}.0.0/16 has addresses for: ` +
      "split the lab into several",
  );
}

/**
 * The block that begins at the third octet.
 * @throws Error when none does.
 */
export function addressBlockAt(thirdOctet: number, octetCount = smallestOctetCount): AddressBlock {
  if (!isBlockStart(thirdOctet, octetCount))
    throw new Error(
      `addressBlockThirdOctet is ${thirdOctet}: it must be a multiple of ${octetCount} from 0 to ${pool.octetCount - octetCount}`,
    );
  return blockOf(thirdOctet, octetCount);
}

/** The size of most blocks is not said. */
function blockOf(thirdOctet: number, octetCount: number): AddressBlock {
  return octetCount === smallestOctetCount ? { thirdOctet } : { thirdOctet, octetCount };
}

/**
 * The block of a lab, kept in its folder from now on: the one it had before if that is large enough, else the first free one, in an
 * order its name decides. Free means: no other lab of the working folder has it, and no route of this machine overlaps it. The block of
 * a lab that is not deployed is given up when a route has come to overlap it: another folder's lab took it meanwhile.
 *
 * @throws Error when all blocks are taken.
 */
export function chooseAddressBlock(labDirectory: string, octetCount = smallestOctetCount): AddressBlock {
  const routed = new Set(routedThirdOctets());
  const isRouted = (block: AddressBlock): boolean => partsOf(block).some((part) => routed.has(part));
  const kept = readBlock(labDirectory);
  if (kept && octetsOf(kept) >= octetCount && (!isRouted(kept) || isDeployed(labDirectory))) return kept;
  const blockCount = pool.octetCount / octetCount;
  const number = Array.from(labDirectory).reduce(
    (sum, character) => (sum * 31 + character.charCodeAt(0)) % (blockCount * blockCount),
    7,
  );
  // An odd stride comes by every block of an even count.
  const stride = 2 * Math.floor(number / blockCount) + 1;
  for (let step = 0; step < blockCount; step += 1) {
    const block = blockOf(((number + step * stride) % blockCount) * octetCount, octetCount);
    const isFree = (): boolean => {
      const others = new Set(partsOfOthers(labDirectory));
      return !partsOf(block).some((part) => others.has(part));
    };
    if (isRouted(block) || !isFree()) continue;
    keepBlock(labDirectory, block);
    // Two labs synthesized at the same moment may both have found it free: whoever wrote later sees the other here, and goes on.
    if (isFree()) return block;
  }
  throw new Error(
    `all ${blockCount} address blocks in 10.${pool.secondOctet}.0.0/16 are taken: destroy a lab, or remove routes to that network`,
  );
}

/** The smallest blocks within a block, by their third octets: what two blocks of different sizes can be compared by. */
function partsOf(block: AddressBlock): number[] {
  return Array.from(
    { length: octetsOf(block) / smallestOctetCount },
    (_, index) => block.thirdOctet + index * smallestOctetCount,
  );
}

function partsOfOthers(labDirectory: string): number[] {
  const parent = dirname(labDirectory);
  if (!existsSync(parent)) return [];
  return readdirSync(parent, { withFileTypes: true }).flatMap((entry) => {
    if (!entry.isDirectory() || entry.name === basename(labDirectory)) return [];
    const block = readBlock(join(parent, entry.name));
    return block ? partsOf(block) : [];
  });
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
  const { thirdOctet, octetCount = smallestOctetCount } = (typeof kept === "object" ? (kept ?? {}) : {}) as {
    readonly thirdOctet?: unknown;
    readonly octetCount?: unknown;
  };
  const isBlock = typeof thirdOctet === "number" && typeof octetCount === "number";
  return isBlock && isBlockStart(thirdOctet, octetCount) ? blockOf(thirdOctet, octetCount) : undefined;
}

function isBlockStart(thirdOctet: number, octetCount: number): boolean {
  const isSize =
    Number.isInteger(Math.log2(octetCount)) && octetCount >= smallestOctetCount && octetCount <= pool.octetCount;
  return isSize && Number.isInteger(thirdOctet / octetCount) && thirdOctet >= 0 && thirdOctet < pool.octetCount;
}

/** The smallest blocks that a route of this machine touches; empty where the kernel does not tell (other systems than Linux). */
function routedThirdOctets(): number[] {
  const table = "/proc/net/route";
  if (!existsSync(table)) return [];
  return readFileSync(table, "utf8")
    .split("\n")
    .slice(1)
    .flatMap((line) => {
      const [, destination = "", , , , , , mask = ""] = line.split(/\s+/);
      const [first, second, third = 0] = octetsOfHex(destination);
      if (first !== 10 || second !== pool.secondOctet || mask === "00000000") return [];
      const [, , thirdOfMask = 255] = octetsOfHex(mask);
      const octetCount = Math.max(256 - thirdOfMask, 1);
      const parts = new Set(
        Array.from({ length: octetCount }, (_, index) => third + index).map(
          (octet) => octet - (octet % smallestOctetCount),
        ),
      );
      return [...parts];
    });
}

/** Little-endian hexadecimal: 000AD50A is 10.213.10.0. */
function octetsOfHex(text: string): number[] {
  return (text.match(/../g) ?? []).map((hex) => parseInt(hex, 16)).reverse();
}

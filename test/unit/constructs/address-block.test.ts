import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  blockFile,
  blockLimits,
  chooseAddressBlock,
  managementAddress,
  managementSubnet,
  segmentSubnet,
} from "../../../constructs/address-block.ts";
import { workingFolder } from "./working-folder.ts";

function keep(labs: string, lab: string, thirdOctet: number): string {
  const folder = join(labs, lab);
  mkdirSync(folder, { recursive: true });
  writeFileSync(blockFile(folder), JSON.stringify({ thirdOctet }));
  return folder;
}

describe("the block of a lab", () => {
  test("is the one it had before", () => {
    const labs = workingFolder();
    expect(chooseAddressBlock(keep(labs, "a", 248))).toEqual({ thirdOctet: 248 });
  });

  test("is chosen the same way every time, without leaving anything", () => {
    const folder = join(workingFolder(), "a");
    expect(chooseAddressBlock(folder)).toEqual(chooseAddressBlock(folder));
  });

  test("is none that another lab of the folder has", () => {
    const labs = workingFolder();
    const first = chooseAddressBlock(join(labs, "a"));
    keep(labs, "b", first.thirdOctet);
    const second = chooseAddressBlock(join(labs, "a"));
    expect(second).not.toEqual(first);
    expect(second.thirdOctet % 4).toBe(0);
  });

  test("is the last one left when 63 are taken", () => {
    const labs = workingFolder();
    const wanted = chooseAddressBlock(join(labs, "a")).thirdOctet;
    for (let octet = 0; octet < 256; octet += 4) if (octet !== wanted) keep(labs, `lab-${octet}`, octet);
    expect(chooseAddressBlock(join(labs, "a"))).toEqual({ thirdOctet: wanted });
  });

  test("is refused when all are taken", () => {
    const labs = workingFolder();
    for (let octet = 0; octet < 256; octet += 4) keep(labs, `lab-${octet}`, octet);
    expect(() => chooseAddressBlock(join(labs, "a"))).toThrow(/^all 64 address blocks in 10\.213\.0\.0\/16 are taken/);
  });

  test("is chosen anew where the lab's file is broken, for it may have been cut off", () => {
    const folder = keep(workingFolder(), "a", 0);
    writeFileSync(blockFile(folder), '{"thirdOc');
    expect(chooseAddressBlock(folder).thirdOctet % 4).toBe(0);
  });
});

test("subnets of a block do not overlap and stay in it", () => {
  const block = { thirdOctet: 40 };
  expect(managementSubnet(block)).toEqual({ subnet: "10.213.40.0/24", gateway: "10.213.40.1" });
  expect(managementAddress(block, 0)).toBe("10.213.40.11");
  expect(managementAddress(block, blockLimits.nodes - 1)).toBe("10.213.40.250");
  const subnets = Array.from({ length: blockLimits.segments }, (_, index) => segmentSubnet(block, index));
  expect(new Set(subnets.map(({ subnet }) => subnet)).size).toBe(blockLimits.segments);
  expect(subnets[0]).toEqual({ subnet: "10.213.41.0/28", gateway: "10.213.41.1" });
  expect(subnets.at(-1)).toEqual({ subnet: "10.213.43.240/28", gateway: "10.213.43.241" });
});

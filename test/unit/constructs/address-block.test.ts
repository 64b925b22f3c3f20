import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import {
  addressBlockAt,
  blockFile,
  blockLimits,
  chooseAddressBlock,
  managementAddress,
  managementSubnet,
  octetsFor,
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
    // One that no lab of this machine has at the moment: a block that was taken meanwhile is given up.
    const { thirdOctet } = chooseAddressBlock(join(workingFolder(), "b"));
    expect(chooseAddressBlock(keep(workingFolder(), "a", thirdOctet))).toEqual({ thirdOctet });
  });

  test("is chosen the same way every time, and kept", () => {
    const folder = join(workingFolder(), "a");
    const block = chooseAddressBlock(folder);
    expect(JSON.parse(readFileSync(blockFile(folder), "utf8"))).toEqual(block);
    rmSync(folder, { recursive: true });
    expect(chooseAddressBlock(folder)).toEqual(block);
  });

  test("is another for each of 20 labs that are synthesized at the same moment", async () => {
    const labs = workingFolder();
    const choose = `
      const { chooseAddressBlock } = await import(${JSON.stringify(resolve("constructs/address-block.ts"))});
      const parent = ${JSON.stringify(labs)};
      process.send("ready");
      process.once("message", (name) => process.send(chooseAddressBlock(parent + "/" + name).thirdOctet, () => process.exit()));`;
    const children = Array.from({ length: 20 }, () =>
      spawn(process.execPath, ["--import", "tsx", "--input-type=module", "--eval", choose], {
        stdio: ["ignore", "inherit", "inherit", "ipc"],
      }),
    );
    const next = async (child: ChildProcess) => ((await once(child, "message")) as [unknown])[0];
    await Promise.all(children.map(next));
    const octets = children.map(next);
    children.forEach((child, index) => child.send(`lab-${index}`));
    expect(new Set(await Promise.all(octets)).size).toBe(20);
  }, 60_000);

  test("is none that another lab of the folder has", () => {
    const labs = workingFolder();
    const first = chooseAddressBlock(join(labs, "a"));
    rmSync(join(labs, "a"), { recursive: true });
    keep(labs, "b", first.thirdOctet);
    const second = chooseAddressBlock(join(labs, "a"));
    expect(second).not.toEqual(first);
    expect(second.thirdOctet % 4).toBe(0);
  });

  test("is the last one left when 63 are taken", () => {
    const labs = workingFolder();
    const wanted = chooseAddressBlock(join(labs, "a")).thirdOctet;
    rmSync(join(labs, "a"), { recursive: true });
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
  const limits = blockLimits(block);
  expect(limits).toEqual({ nodes: 240, segments: 48 });
  expect(managementSubnet(block)).toEqual({ subnet: "10.213.40.0/24", gateway: "10.213.40.1" });
  expect(managementAddress(block, 0)).toBe("10.213.40.11");
  expect(managementAddress(block, limits.nodes - 1)).toBe("10.213.40.250");
  const subnets = Array.from({ length: limits.segments }, (_, index) => segmentSubnet(block, index));
  expect(new Set(subnets.map(({ subnet }) => subnet)).size).toBe(limits.segments);
  expect(subnets[0]).toEqual({ subnet: "10.213.41.0/28", gateway: "10.213.41.1" });
  expect(subnets.at(-1)).toEqual({ subnet: "10.213.43.240/28", gateway: "10.213.43.241" });
});

describe("a larger block", () => {
  const block = { thirdOctet: 48, octetCount: 16 };

  test("has room in proportion, and the smallest that is enough is taken", () => {
    expect(managementSubnet(block)).toEqual({ subnet: "10.213.48.0/22", gateway: "10.213.48.1" });
    expect(managementAddress(block, 500)).toBe("10.213.49.255");
    expect(segmentSubnet(block, 0).subnet).toBe("10.213.52.0/28");
    expect(segmentSubnet(block, blockLimits(block).segments - 1).subnet).toBe("10.213.63.240/28");
    expect(octetsFor({ nodes: 240, segments: 48 })).toBe(4);
    expect(octetsFor({ nodes: 97, segments: 96 })).toBe(8);
    expect(octetsFor({ nodes: 1003, segments: 1002 })).toBe(128);
    expect(() => octetsFor({ nodes: 1, segments: 4000 })).toThrow("split the lab into several");
    expect(() => addressBlockAt(4, 8)).toThrow("it must be a multiple of 8 from 0 to 248");
  });

  test("shares nothing with the small ones of the folder, nor they with it", () => {
    const labs = workingFolder();
    const small = Array.from({ length: 6 }, (_, index) => chooseAddressBlock(join(labs, `small-${index}`)).thirdOctet);
    const { thirdOctet, octetCount } = chooseAddressBlock(join(labs, "large"), 32);
    expect(octetCount).toBe(32);
    const late = Array.from({ length: 6 }, (_, index) => chooseAddressBlock(join(labs, `late-${index}`)).thirdOctet);
    const inside = [...small, ...late].filter((octet) => octet >= thirdOctet && octet < thirdOctet + 32);
    expect(inside).toEqual([]);
    expect(chooseAddressBlock(join(labs, "large"), 8)).toEqual({ thirdOctet, octetCount: 32 });
  });

  test("takes the place of one that has become too small", () => {
    const labs = workingFolder();
    const folder = join(labs, "grows");
    expect(chooseAddressBlock(folder)).not.toHaveProperty("octetCount");
    expect(chooseAddressBlock(folder, 8).octetCount).toBe(8);
  });
});

/** Virtual IOS as data: the containers it is asked for in, interface names, and what a machine lacks. Nothing here has run on IOS. */
import { describe, expect, test } from "vitest";
import { iosContainer } from "../../../model/ios-container.ts";
import { iosImageKinds, iosImages } from "../../../model/ios-images.ts";
import { iosRelease } from "../../../model/ios-release.ts";
import { iosPreflight, preflightRouters, type MachineFacts } from "../../../model/ios-preflight.ts";

function subnets(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `10.213.1.${index * 16}/28`);
}

const node = {
  name: "r1",
  image: "vrnetlab/cisco:1",
  management: { address: "10.213.0.11", subnet: "10.213.0.0/24", gateway: "10.213.0.1" },
  dataSubnets: subnets(4),
  iolInstance: 1,
};

test.each(iosImageKinds)("the container of %s", async (kind) => {
  const spec = iosContainer({ ...node, kind });
  await expect(`${JSON.stringify(spec, null, 2)}\n`).toMatchFileSnapshot(`golden/ios-container-${kind}.json`);
});

test("data interfaces are counted from the container's eth1", () => {
  const names = (kind: (typeof iosImageKinds)[number]) => [1, 3, 4].map(iosImages[kind].dataInterface);
  expect(names("iol")).toEqual(["Ethernet0/1", "Ethernet0/3", "Ethernet1/0"]);
  expect(names("vios")).toEqual(["GigabitEthernet0/1", "GigabitEthernet0/3", "GigabitEthernet0/4"]);
  expect(names("csr1000v")).toEqual(["GigabitEthernet2", "GigabitEthernet4", "GigabitEthernet5"]);
  expect(names("c8000v")).toEqual(["GigabitEthernet2", "GigabitEthernet4", "GigabitEthernet5"]);
});

test("more interfaces than there are, and instances that there are not", () => {
  expect(() => iosContainer({ ...node, kind: "csr1000v", dataSubnets: subnets(10) })).toThrow(
    "r1: CSR 1000V has up to 9 data interfaces, not 10",
  );
  expect(() => iosContainer({ ...node, kind: "iol", iolInstance: 513 })).toThrow(
    "r1: an IOL instance is 1 to 512, not 513",
  );
});

test.each([
  [{ image: "vrnetlab/cisco_iol:17.12.01" }, { dialect: "xe", xeMinor: 12 }],
  [{ image: "registry.invalid:5000/cisco_csr1000v:17.03.08" }, { dialect: "xe", xeMinor: 3 }],
  [{ image: "vrnetlab/cisco_vios:15.9.3M6" }, { dialect: "classic", xeMinor: 0 }],
  [{ image: "vrnetlab/cisco_csr1000v:16.12.05" }, { dialect: "xe", xeMinor: 0 }],
  [
    { image: "mine:latest", version: "17.9" },
    { dialect: "xe", xeMinor: 9 },
  ],
  [
    { image: "vrnetlab/cisco_iol:17.12.01", version: "15.9" },
    { dialect: "classic", xeMinor: 0 },
  ],
  [{ image: "mine:latest" }, undefined],
  [{ image: "mine" }, undefined],
  [{ image: "registry.invalid:5000/mine" }, undefined],
  [{ image: "mine:18.1" }, undefined],
])("the release of %o", (image, release) => {
  expect(iosRelease(image)).toEqual(release);
});

describe("what a machine lacks", () => {
  test("for several images together: memory is given once", () => {
    const facts = (availableMemoryMiB: number) =>
      preflightRouters(
        [
          { name: "r1", kind: "iol", image: "a" },
          { name: "r2", kind: "vios", image: "b" },
          { name: "r3", kind: "iol", image: "a" },
        ],
        () => ({ kvm: "usable", availableMemoryMiB, imageIsThere: true }),
      ).map(({ names, lines }) => ({
        names,
        missing: lines.flatMap(({ state, what }) => (state === "missing" ? [what] : [])),
      }));
    expect(facts(2 * 768 + 512)).toEqual([
      { names: ["r1", "r3"], missing: [] },
      { names: ["r2"], missing: [] },
    ]);
    expect(facts(2 * 768 + 511)).toEqual([
      { names: ["r1", "r3"], missing: [] },
      { names: ["r2"], missing: ["512 MiB of memory for 1 of 512 MiB, 511 MiB are free"] },
    ]);
  });

  const machine: MachineFacts = { kvm: "usable", availableMemoryMiB: 16_000, imageIsThere: true };
  const missing = (kind: (typeof iosImageKinds)[number], changed: Partial<MachineFacts>) =>
    iosPreflight(kind, "img", 2, { ...machine, ...changed }).filter(({ state }) => state === "missing");

  test.each(iosImageKinds)("%s on a machine that has everything: warnings alone, and the label", (kind) => {
    const lines = iosPreflight(kind, "img", 2, machine);
    expect(lines.filter(({ state }) => state === "missing")).toEqual([]);
    expect(lines.at(-1)).toMatchObject({ state: "warning", what: expect.stringContaining("not run on IOS") as string });
  });

  test("each thing is told with its mending", () => {
    expect(missing("c8000v", { kvm: "absent" })).toMatchObject([{ what: "/dev/kvm", fix: /use a machine with KVM/ }]);
    expect(missing("c8000v", { kvm: "not permitted" })).toMatchObject([{ fix: /add your user to the group/ }]);
    expect(missing("c8000v", { imageIsThere: false })).toMatchObject([
      { what: "image img", fix: /build it from your own Catalyst 8000V/ },
    ]);
    expect(missing("c8000v", { availableMemoryMiB: 8191 })).toMatchObject([
      { what: "8192 MiB of memory for 2 of 4096 MiB, 8191 MiB are free" },
    ]);
    expect(missing("iol", { kvm: "absent" })).toEqual([]);
  });
});

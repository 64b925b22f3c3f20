/** Virtual IOS as data: the containers it is asked for in, interface names, and what a machine lacks. Nothing here has run on IOS. */
import { describe, expect, test } from "vitest";
import { iosContainer } from "../../../model/ios-container.ts";
import { iosImageKinds, iosImages } from "../../../model/ios-images.ts";
import { iosPreflight, type MachineFacts } from "../../../model/ios-preflight.ts";

const node = {
  name: "r1",
  image: "vrnetlab/cisco:1",
  dataInterfaceCount: 4,
  iolInstance: 1,
  startupConfig: "hostname r1\nend\n",
};

test.each(iosImageKinds)("the container of %s", async (kind) => {
  const spec = iosContainer({ ...node, kind });
  expect(JSON.stringify([spec.env, spec.command])).not.toContain("hostname r1\n");
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
  expect(() => iosContainer({ ...node, kind: "csr1000v", dataInterfaceCount: 10 })).toThrow(
    "r1: CSR 1000V has up to 9 data interfaces, not 10",
  );
  expect(() => iosContainer({ ...node, kind: "iol", iolInstance: 513 })).toThrow(
    "r1: an IOL instance is 1 to 512, not 513",
  );
});

describe("what a machine lacks", () => {
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

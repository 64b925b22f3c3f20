import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { changeBatch } from "../../../dialects/iproute2/change.ts";
import { renderInterfaces } from "../../../dialects/iproute2/render.ts";
import { nodes } from "../../cases/gre-over-ipsec/model.ts";
import { Kernel } from "./support/kernel.ts";

const r1 = renderInterfaces(nodes[0]!);
const swap = (from: string, to: string): string => {
  expect(r1).toContain(from);
  return r1.replace(from, to);
};

describe("from one text to another", () => {
  test("nothing, when they are the same", () => {
    expect(changeBatch(r1, r1)).toBe("");
  });

  test("an ip mtu is one line", () => {
    expect(changeBatch(r1, swap("mtu 1442", "mtu 1400"))).toBe("link set dev tunnel0 mtu 1400 up\n");
  });

  test("a GRE key comes in place; the kernel chooses the MTU anew, so it is said again", () => {
    expect(changeBatch(r1, swap("ttl 255 nopmtudisc", "ttl 255 key 42 nopmtudisc ignore-df"))).toBe(
      "link set dev tunnel0 type gre local 198.51.100.2 remote 203.0.113.2 ttl 255 key 42 nocsum noseq nopmtudisc ignore-df\n" +
        "link set dev tunnel0 mtu 1442 up\n",
    );
  });

  test("with IPv6 in the tunnel another MTU is said first, which IPv6 then hears of", () => {
    const [dual, keyed] = ["", " key 42"].map((key) =>
      r1
        .replace("ttl 255 nopmtudisc", `ttl 255${key} nopmtudisc`)
        .replace("address add 172.16.0.1/30 dev tunnel0\n", "$&address add 2001:db8:0:1::1/64 dev tunnel0 nodad\n"),
    );
    expect(changeBatch(dual!, keyed!)).toMatch(/\nlink set dev tunnel0 mtu 1443\nlink set dev tunnel0 mtu 1442 up\n$/);
  });

  test("a GRE key goes in place", () => {
    expect(changeBatch(swap("ttl 255 nopmtudisc", "ttl 255 key 42 nopmtudisc ignore-df"), r1)).toContain(
      "ttl 255 nokey nocsum noseq nopmtudisc noignore-df\n",
    );
  });

  test("a device with options of somebody else's is made anew", () => {
    expect(changeBatch(swap("ttl 255 nopmtudisc", "ttl 255 nopmtudisc iseq"), r1)).toBe(
      "link delete dev tunnel0\n" + r1.split("\n").slice(4, 8).join("\n") + "\n",
    );
  });

  test("an address takes the routes over it along, and they come back", () => {
    expect(changeBatch(r1, swap("198.51.100.2/30 dev", "198.51.100.2/29 dev"))).toBe(
      "address delete 198.51.100.2/30 dev eth0\naddress add 198.51.100.2/29 dev eth0\nroute replace 0.0.0.0/0 via 198.51.100.1\n",
    );
  });

  test("a next hop is one line", () => {
    expect(changeBatch(r1, swap("via 198.51.100.1", "via 172.16.0.2"))).toBe(
      "route replace 0.0.0.0/0 via 172.16.0.2\n",
    );
  });

  test("to nothing: the router is as it was found", () => {
    const kernel = new Kernel(["eth0", "eth1"]);
    kernel.run(r1);
    kernel.run(changeBatch(r1, ""));
    expect(kernel.lines()).toEqual([]);
  });

  test("refuses a text that is not its own, with the line", () => {
    expect(() => changeBatch(`${r1}tunnel add x\n`, r1)).toThrow(
      "line 10 of the interfaces section is not understood: tunnel add x",
    );
  });
});

const address = (subnet: number): fc.Arbitrary<string> =>
  fc
    .tuple(fc.integer({ min: 1, max: 4 }), fc.constantFrom(24, 29))
    .map(([last, length]) => `10.0.${subnet}.${last}/${length}`);

/** Addresses of one device from two subnets, no host twice. */
const addresses = (subnet: number): fc.Arbitrary<string[]> =>
  fc.uniqueArray(fc.oneof(address(subnet), address(subnet + 1)), {
    minLength: 1,
    maxLength: 3,
    selector: (text) => text.split("/")[0],
  });

const gre = fc
  .tuple(
    fc.integer({ min: 1, max: 2 }),
    fc.option(fc.integer({ min: 1, max: 2 })),
    fc.constantFrom("nopmtudisc", "csum nopmtudisc", "csum seq nopmtudisc ignore-df", "pmtudisc", "nopmtudisc iseq"),
  )
  .map(
    ([remote, key, df]) =>
      `local 10.0.0.1 remote 203.0.113.${remote} ttl 255${key === null ? "" : ` key ${key}`} ${df}`,
  );

const identityOf = (text: string): string => `${text.split(" ")[3]!} ${/key \d/.exec(text)?.[0] ?? ""}`;

const interfacesText = fc
  .record({
    physical: fc.subarray(["eth0", "eth1"], { minLength: 1 }),
    tunnels: fc.uniqueArray(gre, { maxLength: 3, selector: identityOf }),
    names: fc.shuffledSubarray(["tunnel0", "tunnel1", "tunnel2"], { minLength: 3 }),
    mtus: fc.array(fc.constantFrom(1400, 1442, 1476), { minLength: 5, maxLength: 5 }),
    addresses: fc.tuple(addresses(0), addresses(2), addresses(4), addresses(6), addresses(8)),
    routes: fc.uniqueArray(
      fc.tuple(fc.constantFrom("0.0.0.0/0", "192.168.1.0/24", "192.168.2.0/24"), fc.nat(4), fc.nat(2)),
      { selector: ([destination]) => destination },
    ),
  })
  .map((parts) => {
    const devices = [
      ...parts.physical.map((name) => ({ name, gre: null, at: name === "eth0" ? 0 : 1 })),
      ...parts.tunnels.map((text, index) => ({ name: parts.names[index]!, gre: text, at: 2 + index })),
    ];
    const lines = devices.flatMap((device) => [
      ...(device.gre === null
        ? []
        : [`link add name ${device.name} type gre ${device.gre}`, `link set dev ${device.name} addrgenmode none`]),
      `link set dev ${device.name} mtu ${parts.mtus[device.at]!} up`,
      ...parts.addresses[device.at]!.map((each) => `address add ${each} dev ${device.name}`),
    ]);
    for (const [destination, which, last] of parts.routes) {
      const device = devices[which % devices.length]!;
      const [network] = parts.addresses[device.at]!;
      lines.push(`route add ${destination} via ${network!.split(".").slice(0, 3).join(".")}.${5 + (last % 2)}`);
    }
    return lines.map((line) => `${line}\n`).join("");
  });

const sorted = (text: string): string[] =>
  text
    .split("\n")
    .filter((line) => line !== "")
    .sort();

test("the batch leads the kernel from any text to any other, and back", () => {
  fc.assert(
    fc.property(interfacesText, interfacesText, (before, after) => {
      const kernel = new Kernel(["eth0", "eth1"]);
      kernel.run(before);
      expect(kernel.lines()).toEqual(sorted(before));
      kernel.run(changeBatch(before, after));
      expect(kernel.lines()).toEqual(sorted(after));
      kernel.run(changeBatch(after, before));
      expect(kernel.lines()).toEqual(sorted(before));
      kernel.run(changeBatch(before, ""));
      expect(kernel.lines()).toEqual([]);
    }),
    { numRuns: 1000 },
  );
});

test("the rendered text is what leads from nothing, but for the words of a replaced route", () => {
  expect(changeBatch("", r1)).toBe(r1.replace("route add", "route replace"));
});

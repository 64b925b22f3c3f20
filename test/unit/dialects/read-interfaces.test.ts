import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { readAllInterfaces, readInterfaces, type LiveInterfaces } from "../../../dialects/iproute2/read.ts";
import { parseLinkStates } from "../../../dialects/iproute2/read-link.ts";
import { renderInterfaces } from "../../../dialects/iproute2/render.ts";
import { nodes } from "../../cases/gre-over-ipsec/model.ts";

const recording = (name: string): string => readFileSync(new URL(`recordings/r1/${name}`, import.meta.url), "utf8");
const live: LiveInterfaces = {
  links: recording("links.json"),
  addresses: recording("addresses.json"),
  routes: recording("routes.json"),
};
const expected = renderInterfaces(nodes[0]!);

/** The lines that differ, as a unified diff would show them. */
function drift(changed: Partial<LiveInterfaces>): string[] {
  const found = readInterfaces({ ...live, ...changed }, expected).split("\n");
  const wanted = expected.split("\n");
  return [
    ...wanted.filter((line) => !found.includes(line)).map((line) => `-${line}`),
    ...found.filter((line) => !wanted.includes(line)).map((line) => `+${line}`),
  ];
}

const edit = (json: string, from: string | RegExp, to: string): string => {
  const edited = json.replace(from, to);
  expect(edited).not.toBe(json);
  return edited;
};

/** The element of a recorded array that the change is about, taken out or changed. */
const editItem = (json: string, name: string, change: (item: Record<string, unknown>) => unknown): string =>
  JSON.stringify(
    (JSON.parse(json) as Record<string, unknown>[]).flatMap((item) =>
      item.ifname === name ? (change(item) ?? []) : item,
    ),
  );

describe("a router that is taken over", () => {
  test("every data interface and tunnel, whoever set it up", () => {
    expect(readAllInterfaces(live)).toBe(expected);
  });

  test("a router without anything has its interfaces, down", () => {
    const bare = { links: editItem(live.links, "tunnel0", () => undefined), addresses: "[]", routes: "[]" };
    expect(readAllInterfaces(bare)).toBe("link set dev eth0 mtu 1500 up\nlink set dev eth1 mtu 1500 up\n");
  });
});

describe("a live router in the form of its text", () => {
  test("a static route of FRR's is its own: zebra makes a nexthop object for each", () => {
    const route = { dst: "192.168.20.0/24", gateway: "172.16.0.2", dev: "tunnel0", protocol: "static", metric: 20 };
    const routes = (more: object) => JSON.stringify([...(JSON.parse(live.routes) as object[]), { ...route, ...more }]);
    expect(drift({ routes: routes({ nhid: 29 }) })).toEqual([]);
    expect(drift({ routes: routes({}) })).toEqual(["+route add 192.168.20.0/24 via 172.16.0.2"]);
  });

  test("Linux's default DF rule need not be said", () => {
    const set = editItem(live.links, "tunnel0", (link) => {
      const { linkinfo } = link as { linkinfo: { info_data: Record<string, unknown> } };
      return { ...link, linkinfo: { ...linkinfo, info_data: { ...linkinfo.info_data, pmtudisc: true } } };
    });
    const unsaid = expected.replace(" nopmtudisc", "");
    expect(readInterfaces({ ...live, links: set }, unsaid)).toBe(unsaid);
    expect(readInterfaces(live, unsaid)).toBe(expected);
  });

  test("is the same text when nothing drifted, byte for byte", () => {
    expect(readInterfaces(live, expected)).toBe(expected);
  });

  test("an ip mtu somebody changed", () => {
    expect(drift({ links: edit(live.links, '"mtu":1442', '"mtu":1400') })).toEqual([
      "-link set dev tunnel0 mtu 1442 up",
      "+link set dev tunnel0 mtu 1400 up",
    ]);
  });

  test("an interface somebody shut down", () => {
    const links = editItem(live.links, "eth1", (link) => ({ ...link, flags: ["BROADCAST", "MULTICAST"] }));
    expect(drift({ links })).toEqual(["-link set dev eth1 mtu 1500 up", "+link set dev eth1 mtu 1500 down"]);
  });

  test("a tunnel that is gone takes its lines along", () => {
    const gone = (json: string): string => editItem(json, "tunnel0", () => undefined);
    expect(drift({ links: gone(live.links), addresses: gone(live.addresses) })).toEqual(
      expected
        .split("\n")
        .filter((line) => line.includes("tunnel0"))
        .map((line) => `-${line}`),
    );
  });

  test("a key and a DF rule somebody gave the tunnel", () => {
    const [line, ...others] = drift({
      links: edit(
        live.links,
        '"local":"198.51.100.2","ttl":255,"pmtudisc":false',
        '"local":"198.51.100.2","ttl":255,"pmtudisc":false,"ignore_df":true,"ikey":"0.0.1.42","okey":"0.0.1.42"',
      ),
    });
    expect(line).toMatch(/^-link add name tunnel0/);
    expect(others).toEqual([
      "+link add name tunnel0 type gre local 198.51.100.2 remote 203.0.113.2 ttl 255 key 298 nopmtudisc ignore-df",
    ]);
  });

  test("a second address on an interface of ours", () => {
    const second =
      '"addr_info":[{"family":"inet","local":"10.0.0.1","prefixlen":24},{"family":"inet","local":"192.168.10.1"';
    expect(
      drift({ addresses: edit(live.addresses, '"addr_info":[{"family":"inet","local":"192.168.10.1"', second) }),
    ).toEqual(["+address add 10.0.0.1/24 dev eth1"]);
  });

  test("a next hop somebody changed, and a route somebody added; the IGP's and the kernel's routes are not ours", () => {
    const routes = edit(
      edit(live.routes, '"gateway":"198.51.100.1"', '"gateway":"192.168.10.9"').replace(
        '"dev":"eth0","flags"',
        '"dev":"eth1","flags"',
      ),
      "[",
      '[{"dst":"10.1.2.3","gateway":"192.168.10.9","dev":"eth1"},{"dst":"10.7.0.0/16","gateway":"172.31.231.1","dev":"mgmt0"},',
    );
    expect(drift({ routes })).toEqual([
      "-route add 0.0.0.0/0 via 198.51.100.1",
      "+route add 0.0.0.0/0 via 192.168.10.9",
      "+route add 10.1.2.3/32 via 192.168.10.9",
    ]);
  });

  test("a GRE device nobody asked for", () => {
    const links = JSON.stringify([
      ...(JSON.parse(live.links) as unknown[]),
      {
        ifname: "gre7",
        flags: [],
        mtu: 1464,
        linkinfo: {
          info_kind: "gre",
          info_data: {
            remote: "203.0.113.9",
            local: "198.51.100.2",
            ttl: 255,
            tos: "0x10",
            pmtudisc: true,
            ikey: "0.0.0.1",
            okey: "0.0.0.2",
            iseq: true,
          },
        },
      },
    ]);
    expect(drift({ links })).toEqual([
      "+link add name gre7 type gre local 198.51.100.2 remote 203.0.113.9 ttl 255 pmtudisc iseq ikey 1 okey 2 tos 0x10",
      "+link set dev gre7 mtu 1464 down",
    ]);
  });

  test("a router with nothing on it is an empty text", () => {
    expect(readInterfaces({ links: "", addresses: "[]", routes: "[ ]\n" }, expected)).toBe("");
  });
});

describe("the links of a router", () => {
  const links = parseLinkStates(live.links);

  test("all of them by name", () => {
    expect(links.map(({ name }) => name)).toEqual([
      "lo",
      "mgmt0",
      "eth0",
      "eth1",
      "gre0",
      "gretap0",
      "erspan0",
      "tunnel0",
    ]);
  });

  test("the tunnel with its parameters", () => {
    expect(links.at(-1)).toEqual({
      name: "tunnel0",
      operState: "UNKNOWN",
      up: true,
      mtuBytes: 1442,
      addressGenerationOff: true,
      gre: {
        local: "198.51.100.2",
        remote: "203.0.113.2",
        ttl: 255,
        key: null,
        pathMtuDiscovery: "copy",
        checksum: false,
        sequence: false,
        extras: [],
      },
    });
  });

  test("an interface that is no tunnel", () => {
    expect(links.find(({ name }) => name === "eth0")).toMatchObject({ up: true, mtuBytes: 1500, gre: null });
  });
});

describe("IPv6", () => {
  const nodeWith6 = {
    ...nodes[0]!,
    interfaces: nodes[0]!.interfaces.map((each) =>
      each.name === "eth1" ? { ...each, address6: { address: "2001:db8:10::1", prefixLength: 64 } } : each,
    ),
    routes: [...nodes[0]!.routes, { destination: "2001:db8:20::/64", via: "2001:db8:0:1::2" }],
  };
  const expected6 = renderInterfaces(nodeWith6);
  const addresses = editItem(live.addresses, "eth1", (item) => ({
    ...item,
    addr_info: [
      ...(item.addr_info as object[]),
      { family: "inet6", local: "2001:db8:10::1", prefixlen: 64, scope: "global" },
      { family: "inet6", local: "fe80::1", prefixlen: 64, scope: "link" },
    ],
  }));
  const route = { dst: "2001:db8:20::/64", gateway: "2001:db8:0:1::2", dev: "tunnel0", protocol: "boot" };
  const routes6 = (...routes: object[]) => JSON.stringify(routes);

  test("an address and a route as they were told are no drift; link-local addresses and the kernel's routes are nobody's", () => {
    const kernels = { dst: "2001:db8:10::/64", dev: "eth1", protocol: "kernel" };
    expect(readInterfaces({ ...live, addresses, routes6: routes6(kernels, route) }, expected6)).toBe(expected6);
  });

  test("what is missing, and what came beside it, is a line", () => {
    const more = { dst: "default", gateway: "2001:db8:10::9", dev: "eth1", protocol: "static" };
    const found = readInterfaces({ ...live, routes6: routes6(more) }, expected6);
    expect(found).not.toContain("2001:db8:10::1/64");
    expect(found).not.toContain("2001:db8:20::/64");
    expect(found).toContain("route add ::/0 via 2001:db8:10::9\n");
    const host = { dst: "2001:db8:20::7", dev: "tunnel0", protocol: "boot" };
    expect(readInterfaces({ ...live, routes6: routes6(host) }, expected6)).toContain(
      "route add 2001:db8:20::7/128 dev tunnel0\n",
    );
  });
});

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { changeCommands } from "../../../dialects/frr/change.ts";
import { parseOspfNeighbors } from "../../../dialects/frr/read-neighbors.ts";
import { readAllRouting, readRouting } from "../../../dialects/frr/read.ts";
import { renderRouting } from "../../../dialects/frr/render.ts";
import { nodes } from "../../cases/gre-over-ipsec/model.ts";

const recording = (name: string): string => readFileSync(new URL(`recordings/r1/${name}`, import.meta.url), "utf8");
const running = recording("running-config.txt");
const r1 = renderRouting(nodes[0]!);
const swap = (text: string, from: string, to: string): string => {
  expect(text).toContain(from);
  return text.replace(from, to);
};

describe("intervals", () => {
  const intervals = (helloIntervalSeconds: number, deadIntervalSeconds: number): string[] => {
    const [first, ...others] = nodes[0]!.ospf!.interfaces;
    const interfaces = [{ ...first!, helloIntervalSeconds, deadIntervalSeconds }, ...others];
    const text = renderRouting({ ...nodes[0]!, ospf: { routerId: "192.168.10.1", interfaces } });
    return text.split("\n").filter((line) => line.includes("-interval"));
  };

  test("FRR's own are not said", () => {
    expect(intervals(10, 40)).toEqual([]);
  });

  test("the dead interval is said with a hello of one's own, since FRR would move it along", () => {
    expect(intervals(20, 40)).toEqual([" ip ospf dead-interval 40", " ip ospf hello-interval 20"]);
    expect(intervals(10, 60)).toEqual([" ip ospf dead-interval 60"]);
  });

  test("hellos each second go with retransmissions each second", () => {
    expect(intervals(1, 4)).toContain(" ip ospf retransmit-interval 1");
  });
});

describe("what leads a running router from text to text", () => {
  test("nothing, when they are the same", () => {
    expect(changeCommands(r1, r1)).toBe("");
  });

  test("a value takes the old one's place", () => {
    expect(changeCommands(r1, swap(r1, "dead-interval 4", "dead-interval 8"))).toBe(
      "interface tunnel0\n ip ospf dead-interval 8\nexit\n",
    );
  });

  test("an area cannot be replaced: the old one goes first", () => {
    expect(
      changeCommands(r1, swap(r1, "interface tunnel0\n ip ospf area 0", "interface tunnel0\n ip ospf area 1")),
    ).toBe("interface tunnel0\n no ip ospf area 0\nexit\ninterface tunnel0\n ip ospf area 1\nexit\n");
  });

  test("a line that goes, and the way back", () => {
    const loud = swap(r1, " ip ospf passive\n", "");
    expect(changeCommands(r1, loud)).toBe("interface eth1\n no ip ospf passive\nexit\n");
    expect(changeCommands(loud, r1)).toBe("interface eth1\n ip ospf passive\nexit\n");
  });

  test("a router id is taken up by a process started anew", () => {
    const commands = changeCommands(r1, swap(r1, "router-id 192.168.10.1", "router-id 192.0.2.1"));
    expect(commands).toBe(
      "no router ospf\nrouter ospf\n ospf router-id 192.0.2.1\n timers throttle spf 0 50 500\n timers throttle lsa all 0\n timers lsa min-arrival 0\nexit\n",
    );
  });

  test("to nothing: interfaces first, then the router", () => {
    expect(changeCommands(r1, "")).toMatchInlineSnapshot(`
      "interface eth1
       no ip ospf area 0
       no ip ospf passive
      exit
      interface tunnel0
       no ip ospf area 0
       no ip ospf dead-interval 4
       no ip ospf hello-interval 1
       no ip ospf network point-to-point
       no ip ospf retransmit-interval 1
      exit
      no router ospf
      "
    `);
  });

  test("from nothing: the whole text", () => {
    expect(changeCommands("", r1)).toBe(r1.replaceAll("!\n", "").replace("end\n", ""));
  });
});

describe("a live router in the form of its text", () => {
  test("is the same text when nothing drifted, byte for byte", () => {
    expect(readRouting(running, r1)).toBe(r1);
  });

  test("a timer somebody changed", () => {
    expect(readRouting(swap(running, "dead-interval 4", "dead-interval 40"), r1)).toBe(
      swap(r1, "dead-interval 4\n", "dead-interval 40\n"),
    );
  });

  test("a default that FRR drops is not a default that somebody overrode", () => {
    expect(
      readRouting(
        swap(running, " ip ospf hello-interval 1\n", " ip ospf hello-interval 1\n ip ospf network broadcast\n"),
        r1,
      ),
    ).not.toContain("point-to-point");
  });

  test("a line that somebody added to a section of ours is seen; a route and a section of somebody else's are left alone", () => {
    const live = swap(
      running,
      "router ospf\n",
      "ip route 10.0.0.0/8 Null0\n!\nrouter bgp 65000\n bgp router-id 192.0.2.1\nexit\n!\nrouter ospf\n redistribute static\n",
    );
    expect(readRouting(live, r1)).toBe(
      swap(r1, " timers lsa min-arrival 0\n", " timers lsa min-arrival 0\n redistribute static\n"),
    );
  });

  test("for a router that is taken over: all that runs; nothing where the daemons were told nothing", () => {
    expect(readAllRouting(running)).toBe(r1.replace(" ip ospf network point-to-point\n", ""));
    expect(
      readAllRouting("Building configuration...\n\nfrr version 8.4.4\nfrr defaults traditional\nhostname r1\n!\nend\n"),
    ).toBe("");
  });

  test("another host name, and a route beside ours", () => {
    expect(readRouting(swap(running, "hostname r1", "hostname r9"), r1)).toBe(swap(r1, "hostname r1", "hostname r9"));
    const routed = swap(r1, "hostname r1\n", "hostname r1\nip route 10.0.0.0/8 192.0.2.9\n");
    const live = swap(running, "hostname r1\n", "hostname r1\nip route 10.0.0.0/8 192.0.2.1\n");
    expect(readRouting(live, routed)).toBe(swap(routed, "192.0.2.9", "192.0.2.1"));
  });

  test("point-to-point is no default on an interface that is not a tunnel", () => {
    const expected = swap(
      r1,
      "interface eth1\n ip ospf area 0\n",
      "interface eth1\n ip ospf area 0\n ip ospf network point-to-point\n",
    );
    expect(readRouting(running, expected)).toBe(r1);
  });

  test("a tunnel that OSPF forgot", () => {
    const live = running.replace(/interface tunnel0[^]*?exit\n!\n/, "");
    expect(readRouting(live, r1)).toBe(r1.replace(/interface tunnel0[^]*?exit\n!\n/, ""));
  });

  test("no daemon runs and none is expected", () => {
    expect(readRouting("", "")).toBe("");
  });

  test("daemons that still run, with nothing to do", () => {
    expect(readRouting("frr version 8.4.4\nfrr defaults traditional\nhostname r1\n!\nend\n", "")).toBe("");
  });
});

describe("neighbours", () => {
  test("as recorded", () => {
    expect(parseOspfNeighbors(recording("ospf-neighbors.json"))).toEqual([
      {
        routerId: "192.168.20.1",
        state: "Full",
        address: "172.16.0.2",
        interfaceName: "tunnel0",
        deadTimeMs: expect.any(Number) as number,
        upTimeMs: expect.any(Number) as number,
      },
    ]);
  });

  test("none", () => {
    expect(parseOspfNeighbors("")).toEqual([]);
    expect(parseOspfNeighbors("{}")).toEqual([]);
    expect(parseOspfNeighbors('{"neighbors":{}}')).toEqual([]);
  });
});

/** What a router does, in the form of what is declared: the same text when nothing differs, so that a difference is a line. */
import type { LivePart, RouterReading, RouterSections } from "../../devices/router-config.ts";
import { readRouting } from "../../dialects/frr/read.ts";
import { readInterfaces } from "../../dialects/iproute2/read.ts";
import { readFirewall } from "../../dialects/iptables/read.ts";
import { readIpsec } from "../../dialects/strongswan/read.ts";

/** All that {@link liveSections} looks at. */
export const liveParts = [
  "sysctl",
  "links",
  "addresses",
  "routes",
  "routes6",
  "firewall",
  "daemons",
  "ipsec",
  "connections",
  "keys",
  "routing",
  "keepalive",
] as const satisfies readonly LivePart[];

const nothing: RouterSections = { sysctl: "", firewall: "", interfaces: "", ipsec: "", routing: "", keepalive: "" };

/** The live sections beside the expected ones. What the router keeps tells what is ours of what it does. */
export function liveSections({ kept, live }: RouterReading, expected: RouterSections): RouterSections {
  const ours = kept ?? nothing;
  const { links = "[]", addresses = "[]", routes = "[]", routes6 = "[]", firewall = "", daemons = "" } = live;
  const runs = (daemon: string) => daemons.includes(`${daemon} running`);
  return {
    sysctl: live.sysctl ?? ours.sysctl,
    firewall: expected.firewall === "" ? ours.firewall : readFirewall(firewall, expected.firewall),
    interfaces: readInterfaces({ links, addresses, routes, routes6 }, expected.interfaces),
    ipsec:
      ours.ipsec === ""
        ? ""
        : readIpsec({
            file: live.ipsec ?? "",
            connections: live.connections ?? "",
            charonRuns: runs("charon"),
            keysAsPushed: live.keys?.trim() !== "changed",
          }),
    routing: liveRouting(ours.routing, live.routing ?? "", daemons),
    keepalive: liveKeepalive(ours.keepalive, live.keepalive ?? "", runs("keepalive")),
  };
}

function liveRouting(kept: string, running: string, daemons: string): string {
  if (kept === "") return "";
  // Without the daemon its lines are nowhere to be read, though none of them was changed.
  const stopped = daemons
    .split("\n")
    .flatMap((line) => /^(\w+) stopped$/.exec(line)?.[1] ?? [])
    .filter((daemon) => !["sshd", "charon", "keepalive"].includes(daemon));
  if (!daemons.includes("zebra running") && !stopped.includes("zebra")) stopped.unshift("zebra");
  if (stopped.length > 0) return `${stopped.map((daemon) => `! ${daemon} does not run\n`).join("")}${kept}`;
  return readRouting(running, kept);
}

/** Its file is what the daemon has read; without the daemon nothing is sent, whatever the file says. */
function liveKeepalive(kept: string, file: string, runs: boolean): string {
  return kept !== "" && !runs ? `# tw-keepalive does not run\n${file}` : file;
}

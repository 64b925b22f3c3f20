/** How each fault is planted, and how it is undone: by hand, as somebody would who does not know of Terraform. */
import { openLinuxSession } from "../../../devices/connect-linux.ts";
import { inventoryTargets, readInventory } from "../../../devices/inventory.ts";
import type { LinuxSession } from "../../../devices/linux-session.ts";
import { askEngine, onNode } from "../lab-commands.ts";
import { placesOf, type FaultLab } from "./fault-labs.ts";
import type { FaultName } from "./fault-table.ts";

type Undo = () => Promise<unknown>;
type Plant = (lab: FaultLab) => Promise<Undo>;

const swanctlFile = "/etc/swanctl/conf.d/tunnelwright.conf";
const revive = "/usr/lib/tunnelwright/config revive";
/** One that is being negotiated would go without a word to the other end, which then has an SA alone and speaks to nobody for minutes. */
const dropSas =
  "for i in $(seq 1 25); do swanctl --list-sas | grep -q CONNECTING || break; sleep 0.2; done; swanctl --terminate --ike tunnel0 --force --timeout 5 >/dev/null 2>&1 || true";
const endDaemon = (name: string) => `pkill -TERM --pidfile /run/tunnelwright/daemons/${name}.pid`;
const forgetMtus = "ip route flush cache";
const everyNode = ["r1", "r2", "isp", "h1", "h2"];

/** Shell commands on nodes, and shell commands that undo them. */
function byHand(plant: Readonly<Record<string, string>>, undo: Readonly<Record<string, string>>): Plant {
  const everywhere = (lab: FaultLab, commands: Readonly<Record<string, string>>) =>
    Promise.all(Object.entries(commands).map(([node, command]) => onNode(lab, node, command)));
  return async (lab) => {
    await everywhere(lab, plant);
    return () => everywhere(lab, undo);
  };
}

/** Another word in what charon of r2 was told. */
function toldOtherwise(expression: string): Plant {
  return byHand(
    { r2: `sed -i '${expression}' ${swanctlFile} && swanctl --load-conns >/dev/null && ${dropSas}` },
    { r2: `${revive} && ${dropSas}` },
  );
}

/**
 * Waits on the node until the command succeeds. Where the wait is part of a plant, what was planted is taken back when it is in vain: the next
 * fault of this lab must not find it.
 */
async function untilOnNode(lab: FaultLab, node: string, command: string, undo: Undo): Promise<Undo> {
  const loop = `for i in $(seq 1 60); do { ${command}; } && exit 0; sleep 0.5; done; echo 'not within 30 s' >&2; exit 1`;
  try {
    await onNode(lab, node, loop, 60_000);
  } catch (error) {
    await undo();
    throw error;
  }
  return undo;
}

/**
 * The same, where the two ends still agree on their IKE SA: it has to be negotiated anew before anything can be told of what hangs on it.
 * That takes ten seconds where r1 asked in vain while r2 dropped its SAs: as long r1's kernel asks charon for no other (`xfrm_acq_expires`).
 */
function childToldOtherwise(expression: string): Plant {
  const plant = toldOtherwise(expression);
  return async (lab) => untilOnNode(lab, "r2", "swanctl --list-sas | grep -q ESTABLISHED", await plant(lab));
}

function onTransitAndAfter(plant: string, undo: string): Plant {
  return byHand(
    { isp: plant },
    { isp: undo, ...Object.fromEntries(everyNode.slice(0, 2).map((n) => [n, forgetMtus])) },
  );
}

const narrow = "ip link set eth0 mtu 1300 && ip link set eth1 mtu 1300";
const wide = `ip link set eth0 mtu 1500 && ip link set eth1 mtu 1500 && ${forgetMtus}`;

export const plants: Readonly<Record<FaultName, Plant>> = {
  "wrong-psk": byHand(
    {
      r1: `printf 'secrets {\\n ike-x {\\n id-local = 198.51.100.2\\n id-remote = 203.0.113.2\\n secret = "another key"\\n }\\n}\\n' >/run/x.conf && swanctl --load-creds --clear --noprompt --file /run/x.conf >/dev/null 2>&1; rm /run/x.conf; ${dropSas}`,
    },
    { r1: revive },
  ),
  "other-mode": childToldOtherwise("s/mode = transport/mode = tunnel/"),
  "other-esp-suite": childToldOtherwise("s/esp_proposals = .*/esp_proposals = aes256-sha256/"),
  "other-ike-proposal": toldOtherwise("s/^\\( *proposals = \\).*/\\1aes128-sha1-modp2048/"),
  "acl-not-mirrored": childToldOtherwise("s/local_ts = .*/local_ts = 203.0.113.9[gre]/"),
  "transit-mtu-1300": onTransitAndAfter(narrow, wide),
  "icmp-filtered": byHand(
    { isp: "iptables -I FORWARD 1 -p icmp -j DROP" },
    { isp: "iptables -D FORWARD -p icmp -j DROP" },
  ),
  "pmtud-black-hole": onTransitAndAfter(
    `${narrow} && iptables -I OUTPUT 1 -p icmp --icmp-type fragmentation-needed -j DROP`,
    `iptables -D OUTPUT -p icmp --icmp-type fragmentation-needed -j DROP && ${wide}`,
  ),
  "strongswan-stopped": byHand({ r2: endDaemon("charon") }, { r2: revive }),
  "tunnel-shut": byHand({ r2: "ip link set tunnel0 down" }, { r2: "ip link set tunnel0 up" }),
  "frr-stopped": byHand({ r2: endDaemon("ospfd") }, { r2: revive }),
  "ospf-mtu-mismatch": async (lab) => {
    await onNode(lab, "r2", "ip link set tunnel0 mtu 1400");
    // ospfd gives the adjacency up when it hears of it; until then it is Full.
    return untilOnNode(lab, "r2", "! vtysh -d ospfd -c 'show ip ospf neighbor' | grep -q Full", () =>
      onNode(lab, "r2", "ip link set tunnel0 mtu 1442"),
    );
  },
  "destination-unreachable": byHand(
    { isp: "ip route add unreachable 203.0.113.2/32" },
    { isp: "ip route del unreachable 203.0.113.2/32" },
  ),
  "mss-clamp-removed": byHand(
    { r1: "iptables -t mangle -F TW-FORWARD", r2: "iptables -t mangle -F TW-FORWARD" },
    { r1: revive, r2: revive },
  ),
  "guard-removed": byHand({ r1: "iptables -F TW-OUTPUT && iptables -F TW-INPUT" }, { r1: revive }),
  "gre-in-clear": byHand(
    {
      r1: `iptables -F TW-OUTPUT && iptables -F TW-INPUT && ${endDaemon("charon")}`,
      r2: `iptables -F TW-OUTPUT && iptables -F TW-INPUT && ${endDaemon("charon")}`,
    },
    { r1: revive, r2: revive },
  ),
  "clock-far-off": async (lab) => {
    await onNode(lab, "r2", 'date -s "@$(($(date +%s) + 86400))" >/dev/null');
    return () => onNode(lab, "r2", `date -s "@${Math.round(Date.now() / 1000)}" >/dev/null`);
  },
  "router-gone": async (lab) => {
    await askEngine("POST", `/containers/tw-${lab}-r2/kill`);
    return () => askEngine("POST", `/containers/tw-${lab}-r2/start`);
  },
  "ssh-refused": whileHoldingOn(
    "iptables -I INPUT 1 -p tcp --dport 22 --syn -j REJECT --reject-with tcp-reset",
    "iptables -D INPUT -p tcp --dport 22 --syn -j REJECT --reject-with tcp-reset",
  ),
  "host-key-changed": whileHoldingOn(
    "cd /etc/ssh && mv ssh_host_ed25519_key /root/kept_key && ssh-keygen -q -t ed25519 -N '' -f ssh_host_ed25519_key && pkill -HUP --pidfile /run/tunnelwright/daemons/sshd.pid",
    "cd /etc/ssh && mv /root/kept_key ssh_host_ed25519_key && rm ssh_host_ed25519_key.pub && pkill -HUP --pidfile /run/tunnelwright/daemons/sshd.pid",
  ),
};

/** On r2, by a connection that was there before and stays: nobody else gets in meanwhile. */
function whileHoldingOn(plant: string, undo: string): Plant {
  return async (lab) => {
    const { directory } = placesOf(lab);
    const target = (await inventoryTargets(directory, await readInventory(directory))).get("r2");
    if (!target) throw new Error(`${lab} has no r2`);
    const session = await openLinuxSession({ ...target, connectTimeoutMs: 10_000, keepaliveIntervalMs: 5_000 });
    await inShell(session, plant);
    return async () => {
      try {
        await inShell(session, undo);
      } finally {
        await session.close();
      }
    };
  };
}

async function inShell(session: LinuxSession, command: string): Promise<void> {
  const { exitCode, stderr } = await session.run(["sh", "-c", command]);
  if (exitCode !== 0) throw new Error(`${session.node}: ${command}: ${stderr}`);
}

/** What a keepalive notices: each loss with its beginning and its end, which is reached also when somebody interrupts. */
import { cut, leaveWhole, mend, transitUnder, type TunnelSide } from "../checks/cut-place.ts";
import type { Loss } from "../checks/keepalive-outage.ts";
import type { ChangeMoment } from "../dialects/impair/read.ts";
import type { PlannedTunnel } from "../model/plan-document.ts";
import type { LabContext } from "./demo.ts";

/** A loss, and what is different about it. */
export interface DemoLoss extends Loss {
  /** What goes into the tunnel meanwhile. @default "keepalives alone" */
  readonly leaves?: "nothing";
  /** A router or charon has to start first: how soon the line protocol is up is not the keepalives' to say. */
  readonly isSlow?: boolean;
}

/** The transit lets nothing through toward these ends. */
export function cutLoss(context: LabContext, tunnel: PlannedTunnel, toward: readonly TunnelSide[]): DemoLoss {
  const transit = transitUnder(tunnel, toward);
  return {
    begin: () => cut(context, transit),
    async end() {
      try {
        return await mend(context, transit);
      } finally {
        await leaveWhole(context, transit);
      }
    },
  };
}

/** The right router's machine is killed, and started again. */
export function powerLoss(context: LabContext, { right }: PlannedTunnel): DemoLoss {
  return {
    begin: () => between(context, () => context.setPower(right.router, "off")),
    end: () => between(context, () => context.setPower(right.router, "on")),
    asked: ["left"],
    isSlow: true,
  };
}

const charonPidFile = "/run/tunnelwright/daemons/charon.pid";
const revive = ["/usr/lib/tunnelwright/config", "revive", "ipsec"];

/** The right router's charon is ended, and takes its SAs and policies along. */
export function charonLoss(context: LabContext, { right }: PlannedTunnel): DemoLoss {
  const onRight = (argv: readonly string[]) =>
    between(context, () => context.on(right.router, (session) => session.run(argv, { timeoutMs: 30_000 })));
  return {
    begin: () => onRight(["pkill", "-TERM", "--pidfile", charonPidFile]),
    end: () => onRight(revive),
    isSlow: true,
    leaves: "nothing",
  };
}

const mark = "0x7477";

/**
 * The left router's answers to keepalives leave in clear: what came out of the tunnel is marked, and a policy of its own lets the
 * marked pass. A model of IOS behind tunnel protection, on purpose and for as long as it is looked at.
 * @see Cisco document 118370; ip-xfrm(8) MARK
 */
export function answersInClear(context: LabContext, tunnel: PlannedTunnel): DemoLoss {
  const { router, device, outerAddress, peerAddress } = tunnel.left;
  const ends = ["-s", `${outerAddress}/32`, "-d", `${peerAddress}/32`];
  const rule = ["PREROUTING", ...ends, "-i", device ?? "", "-p", "gre", "-j", "MARK", "--set-mark", mark];
  const policy = ["src", `${outerAddress}/32`, "dst", `${peerAddress}/32`, "proto", "gre", "dir", "out", "mark", mark];
  const mangle = (what: "-A" | "-D") => ["iptables", "-w", "5", "-t", "mangle", what, ...rule];
  const xfrm = (what: "add" | "delete", ...more: string[]) => ["ip", "xfrm", "policy", what, ...policy, ...more];
  return {
    begin: () =>
      between(context, () =>
        context.on(router, async (session) => {
          for (const argv of [xfrm("add", "priority", "1", "action", "allow"), mangle("-A")]) {
            const { exitCode, stderr } = await session.run(argv);
            if (exitCode !== 0) throw new Error(`${router} does not exempt its answers: ${stderr.trim()}`);
          }
        }),
      ),
    end: () =>
      between(context, () =>
        context.on(router, async (session) => {
          await session.run(mangle("-D"));
          await session.run(xfrm("delete"));
        }),
      ),
    asked: ["right"],
  };
}

/** The routers' clocks are this machine's; the check `clocks` holds them together. */
async function between({ clock }: LabContext, work: () => Promise<unknown>): Promise<ChangeMoment> {
  const notBeforeMs = Date.parse(clock.nowIso());
  await work();
  return { notBeforeMs, notAfterMs: Date.parse(clock.nowIso()) };
}

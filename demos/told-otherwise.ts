/** A router's charon told something else than its lab declares, for a while. */
import type { Session } from "../model/session.ts";
import type { DemoContext } from "./demo.ts";

/** Beside what was pushed: that stays as it is, and is what comes back. */
const otherFile = "/run/told-otherwise.conf";
/** What was taken from the kept configuration by hand comes back: firewall, ipsec, routing, keepalive. */
const revive = ["/usr/lib/tunnelwright/config", "revive"];
const reviveTimeoutMs = 60_000;

/**
 * Tells the router's charon the connections that `change` makes of the declared ones, does the work, and in the end, also when somebody
 * interrupts, gives back what was pushed: connections, firewall, daemons. One session is held all the while, so that there is a way back.
 *
 * @throws Error when the change changes nothing: nothing would be shown.
 */
export async function whileToldOtherwise<T>(
  { plan, on }: DemoContext,
  router: string,
  change: (connections: string) => string,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const declared = plan.nodes.find(({ name }) => name === router)?.texts.ipsec ?? "";
  const told = change(declared);
  if (told === declared) throw new Error(`${router} would be told what it was told already: deploy the lab again`);
  return on(router, async (session) => {
    try {
      await must(session, ["tee", otherFile], told);
      await must(session, ["swanctl", "--load-conns", "--file", otherFile]);
      return await work(session);
    } finally {
      await must(session, revive);
      await session.run(["rm", "-f", otherFile]);
    }
  });
}

/** Runs the command; throws with its words when it fails. */
export async function must(session: Session, argv: readonly string[], input = ""): Promise<string> {
  const { exitCode, stdout, stderr } = await session.run(argv, { input, timeoutMs: reviveTimeoutMs });
  if (exitCode !== 0) throw new Error(`${session.node}: ${argv.join(" ")}: ${(stderr || stdout).trim()}`);
  return stdout;
}

/** What comes of asking the peer for a CHILD SA, in charon's own words. */
import type { Session } from "../model/session.ts";

/** `made`, the peer's notify (`NO_PROPOSAL_CHOSEN`), `nothing to ask for` where no connection is loaded, or `refused`. */
export type Asked = string;

const timeoutSeconds = 15;

/** Asks for the tunnel's CHILD SA, and waits for what the peer says. */
export async function askForSa(session: Session, tunnel: string): Promise<Asked> {
  const argv = ["swanctl", "--initiate", "--child", tunnel, "--timeout", String(timeoutSeconds)];
  const { exitCode, stdout, stderr } = await session.run(argv, { timeoutMs: (timeoutSeconds + 10) * 1000 });
  return readAsked(stdout + stderr, exitCode);
}

/** The last notify that refuses is what the peer had against it. */
export function readAsked(said: string, exitCode: number): Asked {
  if (exitCode === 0) return "made";
  const notifies = [...said.matchAll(/received ([A-Z][A-Z0-9_]+)(?: error)? notify/g)].map(([, name = ""]) => name);
  return notifies.at(-1) ?? (/config '[^']*' not found/.test(said) ? "nothing to ask for" : "refused");
}

/** Makes one swarm of the engines, over the engines' API: a token is a secret, and would stand in docker's argument vector. */
import { askEngine, atEngine } from "../../devices/docker-engine.ts";
import type { Engine } from "./engine.ts";
import { pollUntil } from "./poll-until.ts";

/** A manager learns of a node that comes or returns within seconds; of three, they elect a leader first. */
const readyDeadlineMs = 60_000;

/** Joins the engines, in their order; the first is a manager. */
export async function formSwarm(
  engines: readonly Engine[],
  isManager: (engine: Engine) => boolean,
  signal?: AbortSignal,
): Promise<void> {
  const [first, ...others] = engines;
  if (!first) throw new Error("a swarm has one engine at least");
  await post(first, "/swarm/init", { ...addressesOf(first) });
  const { JoinTokens } = (await first.ask("GET", "/swarm")) as { JoinTokens: { Manager: string; Worker: string } };
  for (const engine of others) {
    const JoinToken = isManager(engine) ? JoinTokens.Manager : JoinTokens.Worker;
    await post(engine, "/swarm/join", { ...addressesOf(engine), RemoteAddrs: [`${first.address}:2377`], JoinToken });
  }
  for (const engine of engines) await untilReady(engine, engines, signal);
}

/**
 * Waits until a manager that runs says of the engine that it is ready.
 * @throws Error when none has said so after a minute.
 */
export async function untilReady(engine: Engine, engines: readonly Engine[], signal?: AbortSignal): Promise<void> {
  const what = `the engine ${engine.name} is ready in the swarm`;
  await pollUntil({ what, deadlineMs: readyDeadlineMs, signal }, async () => {
    const { NodeID, LocalNodeState } = await engine.swarm();
    if (LocalNodeState !== "active") throw new Error(`it says of itself: ${LocalNodeState}`);
    const state = await nodeState(NodeID, engines);
    if (state !== "ready") throw new Error(`the manager says: ${state}`);
    return true;
  });
}

/** What the first manager that can tell says of the node. */
async function nodeState(nodeId: string, engines: readonly Engine[]): Promise<string> {
  for (const engine of engines.filter(({ isRunning }) => isRunning)) {
    if (!(await engine.swarm()).ControlAvailable) continue;
    const node = (await engine.ask("GET", `/nodes/${nodeId}`)) as { Status: { State: string } };
    return node.Status.State;
  }
  return "no manager runs";
}

const addressesOf = ({ address }: Engine) => ({ ListenAddr: `${address}:2377`, AdvertiseAddr: address });

async function post(engine: Engine, path: string, body: object): Promise<void> {
  const deadlineMs = 60_000;
  await askEngine("POST", path, { ...atEngine(engine.dockerHost), deadlineMs, body });
}

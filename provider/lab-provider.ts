/** What all our resources share: one owner of SSH connections for the life of the process. */
import { Turns } from "../model/turns.ts";
import { availableParallelism } from "node:os";
import { IosSessions } from "../devices/ios/ios-sessions.ts";
import { SessionPool } from "../devices/session-pool.ts";
import { progressTeller, type ProgressTeller } from "./tell-progress.ts";

/** Made when Terraform first needs a resource, closed when it is done. */
export interface LabProvider {
  readonly pool: SessionPool;
  /** Turns to be given a configuration: whoever has one starts its daemons, and all of a lab's routers share the machine's cores. */
  readonly pushTurns: Turns;
  /** Turns to be read: a router that has to share its core with all others would not answer in time, and be taken for gone. */
  readonly readTurns: Turns;
  /** To routers of IOS. */
  readonly ios: IosSessions;
  /** To who waits for the deploy. */
  readonly progress: ProgressTeller;
}

/**
 * A router takes back what is not confirmed within 20 s. A push keeps a core busy for seconds: sixteen at once on two cores, while as
 * many routers booted, were confirmed too late (4 of 33; docs/scale.md).
 */
const mostPushesAtOnce = Math.max(4, 2 * availableParallelism());

/** A key exchange and a reading take a core of this machine about a second, where the router is on it. */
const mostReadingsAtOnce = Math.max(8, 4 * availableParallelism());

/** Opens nothing yet. */
export function makeLabProvider(): LabProvider {
  return {
    pool: new SessionPool(),
    pushTurns: new Turns(mostPushesAtOnce),
    readTurns: new Turns(mostReadingsAtOnce),
    ios: new IosSessions(),
    progress: progressTeller(),
  };
}

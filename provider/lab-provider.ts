/** What all our resources share: one owner of SSH connections for the life of the process. */
import { Turns } from "../model/turns.ts";
import { IosSessions } from "../devices/ios/ios-sessions.ts";
import { SessionPool } from "../devices/session-pool.ts";
import { progressTeller, type ProgressTeller } from "./tell-progress.ts";

/** Made when Terraform first needs a resource, closed when it is done. */
export interface LabProvider {
  readonly pool: SessionPool;
  /** Turns to be given a configuration: whoever has one starts its daemons, and all of a lab's routers share the machine's cores. */
  readonly pushTurns: Turns;
  /** To routers of IOS. */
  readonly ios: IosSessions;
  /** To who waits for the deploy. */
  readonly progress: ProgressTeller;
}

/** A push waits for its router's daemons and is confirmed within 20 s: with two cores more at once would be late. */
const mostPushesAtOnce = 16;

/** Opens nothing yet. */
export function makeLabProvider(): LabProvider {
  return {
    pool: new SessionPool(),
    pushTurns: new Turns(mostPushesAtOnce),
    ios: new IosSessions(),
    progress: progressTeller(),
  };
}

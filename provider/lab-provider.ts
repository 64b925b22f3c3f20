/** What all our resources share: one owner of SSH connections for the life of the process. */
import { IosSessions } from "../devices/ios/ios-sessions.ts";
import { SessionPool } from "../devices/session-pool.ts";
import { progressTeller, type ProgressTeller } from "./tell-progress.ts";

/** Made when Terraform first needs a resource, closed when it is done. */
export interface LabProvider {
  readonly pool: SessionPool;
  /** To routers of IOS. */
  readonly ios: IosSessions;
  /** To who waits for the deploy. */
  readonly progress: ProgressTeller;
}

/** Opens nothing yet. */
export function makeLabProvider(): LabProvider {
  return { pool: new SessionPool(), ios: new IosSessions(), progress: progressTeller() };
}

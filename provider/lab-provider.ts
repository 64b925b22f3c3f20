/** What all our resources share: one owner of SSH connections for the life of the process. */
import { SessionPool } from "../devices/session-pool.ts";

/** Made when Terraform first needs a resource, closed when it is done. */
export interface LabProvider {
  readonly pool: SessionPool;
}

/** Opens nothing yet. */
export function makeLabProvider(): LabProvider {
  return { pool: new SessionPool() };
}

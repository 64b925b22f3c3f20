/** What our provider tells of a deploy while it is under way, beside what Terraform tells: one JSON object a line. */
import type { CheckResult } from "./run-result.ts";

/** The environment variable that names the socket to tell it to; nobody listens where it is not set. */
export const progressSocketVariable = "TUNNELWRIGHT_PROGRESS_SOCKET";

/**
 * The environment variable that says, by `1`, that every node is removed with its configuration: nothing need be taken away from
 * it first. `down` sets it; `cdktf destroy` does not, and takes each configuration away.
 */
export const nodesGoVariable = "TUNNELWRIGHT_NODES_GO";

/** A check, as much of it as a line says. */
export type CheckLine = Pick<CheckResult, "id" | "title" | "verdict" | "durationMs" | "blockedBy">;

/** One thing told. */
export type LabProgress =
  /** The node booted and answers over SSH: it takes its configuration now. */
  | { readonly kind: "node-answers"; readonly node: string }
  /** It has its configuration, which is confirmed over a new connection now. */
  | { readonly kind: "node-confirms"; readonly node: string }
  | { readonly kind: "check-begins"; readonly id: string }
  /** It looked, did not see what is predicted yet, and looks again. */
  | { readonly kind: "check-waits"; readonly id: string; readonly seen: string }
  | { readonly kind: "check-ends"; readonly check: CheckLine };

/** What a check says of itself on one line. */
export function checkLine({ id, title, verdict, durationMs, blockedBy }: CheckLine): CheckLine {
  return { id, title, verdict, durationMs, blockedBy };
}

import { quote } from "../model/addresses.ts";
import type { Session } from "../model/session.ts";

/**
 * What was read of a tool's output, if it is the tool's at all.
 * @throws Error otherwise: what a router did not say is unknown, neither agreed nor wrong.
 */
export function understood<T>(session: Session, tool: string, isUnderstood: boolean, output: string, read: T): T {
  if (isUnderstood) return read;
  const said = output.trim();
  throw new Error(
    said === ""
      ? `${tool} of ${session.node} said nothing`
      : `${tool} of ${session.node} said what nobody understands: ${quote(said)}`,
  );
}

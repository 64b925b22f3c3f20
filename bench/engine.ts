/** The Docker engine, asked over its socket as set-up asks it. */
// @ts-expect-error plain JavaScript
import { isStateLocked as untypedIsStateLocked, removeLeftovers as untypedRemove } from "../scripts/leftovers.mjs";
// @ts-expect-error plain JavaScript
import { makeContext as untypedMakeContext } from "../scripts/setup.d/context.mjs";
// @ts-expect-error plain JavaScript
import { askDocker as untypedAskDocker } from "../scripts/setup.d/docker-socket.mjs";

const context = (untypedMakeContext as () => object)();
const askDocker = untypedAskDocker as (context: object, method: "GET", path: string) => Promise<unknown>;
const removeLeftovers = untypedRemove as (context: object, lab: string, stateFile: string) => Promise<string[]>;

/** Is a Terraform at work on this state? */
export const isStateLocked = untypedIsStateLocked as (stateFile: string) => boolean;

/** A node of a lab: its name, and its container's first process. */
export interface NodeProcess {
  readonly node: string;
  readonly role: string;
  readonly pid: number;
}

/** The lab's containers, running or not. */
export async function nodesOf(lab: string): Promise<NodeProcess[]> {
  const filters = encodeURIComponent(JSON.stringify({ label: [`tunnelwright.lab=${lab}`] }));
  const listed = (await askDocker(context, "GET", `/containers/json?all=1&filters=${filters}`)) as {
    Id: string;
    Labels: Record<string, string>;
  }[];
  const nodes = await Promise.all(
    listed.map(async ({ Id, Labels }) => {
      const { State } = (await askDocker(context, "GET", `/containers/${Id}/json`)) as { State: { Pid: number } };
      return { node: Labels["tunnelwright.node"] ?? Id, role: Labels["tunnelwright.role"] ?? "", pid: State.Pid };
    }),
  );
  return nodes.sort((a, b) => a.node.localeCompare(b.node));
}

/** Removes what carries the lab's label and is not in the state; gives the names. */
export const clearLeftovers = (lab: string, stateFile: string) => removeLeftovers(context, lab, stateFile);

/** The Docker engine, asked for the processes of a lab. */
import { askEngine } from "../devices/docker-engine.ts";

/** A node of a lab: its name, and its container's first process. */
export interface NodeProcess {
  readonly node: string;
  readonly role: string;
  readonly pid: number;
}

/** The lab's containers, running or not. */
export async function nodesOf(lab: string): Promise<NodeProcess[]> {
  const filters = encodeURIComponent(JSON.stringify({ label: [`tunnelwright.lab=${lab}`] }));
  const listed = (await askEngine("GET", `/containers/json?all=1&filters=${filters}`)) as {
    Id: string;
    Labels: Record<string, string>;
  }[];
  const nodes = await Promise.all(
    listed.map(async ({ Id, Labels }) => {
      const { State } = (await askEngine("GET", `/containers/${Id}/json`)) as { State: { Pid: number } };
      return { node: Labels["tunnelwright.node"] ?? Id, role: Labels["tunnelwright.role"] ?? "", pid: State.Pid };
    }),
  );
  return nodes.sort((a, b) => a.node.localeCompare(b.node));
}

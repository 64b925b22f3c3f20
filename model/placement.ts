/** Which of several engines each node of a lab stands on, and what that makes of its segments. */
import type { LabDeclaration } from "./declaration.ts";
import { quote } from "./addresses.ts";

/** An engine that may carry nodes. */
export interface EngineHost {
  /** 1 to 30 of a-z, 0-9 and -, and begins with a letter. */
  readonly name: string;
  /** As DOCKER_HOST says it: `unix:///run/docker.sock`, `tcp://10.0.0.2:2375`. */
  readonly dockerHost: string;
  /**
   * How much of the lab it carries beside the others' weights.
   * @default 1
   */
  readonly weight?: number;
  /**
   * Nodes that stand here and nowhere else.
   * @default - as the weights have it
   */
  readonly nodes?: readonly string[];
}

/** Where everything is. */
export interface Placement {
  /** Node name to the name of its engine. */
  readonly nodes: ReadonlyMap<string, string>;
  /** Segment name to the name of its engine; `null` where it spans several: an overlay network. */
  readonly segments: ReadonlyMap<string, string | null>;
}

/** What is wrong with the engines, a sentence each; empty when nothing is. */
export function engineHostFaults(hosts: readonly EngineHost[]): string[] {
  const twice = (values: readonly string[]): string[] => [
    ...new Set(values.filter((value, index) => values.indexOf(value) !== index)),
  ];
  return [
    ...(hosts.length === 0 ? ["hosts is empty: name an engine, or leave it out"] : []),
    ...hosts.flatMap(({ name, dockerHost, weight = 1 }, index) => {
      const at = `hosts[${index}]`;
      return [
        ...(/^[a-z][a-z0-9-]{0,29}$/.test(name)
          ? []
          : [`${at}.name is ${quote(name)}: 1 to 30 of a-z, 0-9 and -, beginning with a letter`]),
        ...(isDockerHost(dockerHost)
          ? []
          : [`${at}.dockerHost is ${quote(dockerHost)}: write unix:///PATH or tcp://ADDRESS:PORT`]),
        ...(weight > 0 && Number.isFinite(weight) ? [] : [`${at}.weight is ${weight}: it must be more than 0`]),
      ];
    }),
    ...twice(hosts.map(({ name }) => name)).map((name) => `two engines are named ${quote(name)}`),
    ...twice(hosts.map(({ dockerHost }) => dockerHost)).map((host) => `two engines are at ${quote(host)}`),
    ...twice(hosts.flatMap(({ nodes = [] }) => nodes)).map((node) => `${quote(node)} is to stand on two engines`),
  ];
}

/** What an engine is reached by: neither a shell nor ssh_config finds anything to expand in it. */
export function isDockerHost(text: string): boolean {
  return /^(?:unix:\/\/\/[\w./-]{1,200}|tcp:\/\/(?:[\w.-]{1,253}|\[[0-9A-Fa-f:]{2,45}\]):\d{1,5})$/.test(text);
}

/**
 * Where each node stands: what speaks broadcast or multicast with one another stays together (a site's LAN, routers back to back, links
 * with OSPF), and each such group goes to the engine that then carries the least for its weight, in the order of the declaration. A segment
 * between groups, which is a link to a transit, may span engines.
 *
 * @throws Error when nodes that must stay together are wanted on two engines, or a named one is not in the lab.
 */
export function placeNodes({ nodes, segments }: LabDeclaration, hosts: readonly EngineHost[]): Placement {
  const groups = groupsOf(nodes, segments);
  const wanted = new Map(hosts.flatMap(({ name, nodes: named = [] }) => named.map((node) => [node, name] as const)));
  const unknown = [...wanted.keys()].filter((node) => !Object.hasOwn(nodes, node));
  if (unknown.length > 0) throw new Error(`hosts name nodes that the lab has not: ${unknown.map(quote).join(", ")}`);
  const carried = new Map(hosts.map(({ name }) => [name, 0]));
  const placed = new Map<string, string>();
  const put = (group: readonly string[], host: string): void => {
    for (const node of group) placed.set(node, host);
    carried.set(host, (carried.get(host) ?? 0) + group.length);
  };
  const open: (readonly string[])[] = [];
  for (const group of groups) {
    const [host, ...others] = new Set(group.flatMap((node) => wanted.get(node) ?? []));
    if (others.length > 0)
      throw new Error(
        `${group.join(", ")} hear one another's broadcasts and must stand on one engine, and hosts name ${[host, ...others].join(" and ")}`,
      );
    if (host === undefined) open.push(group);
    else put(group, host);
  }
  for (const group of open) {
    const load = ({ name, weight = 1 }: EngineHost): number => ((carried.get(name) ?? 0) + group.length) / weight;
    const [least] = [...hosts].sort((one, other) => load(one) - load(other));
    if (least) put(group, least.name);
  }
  const spread = Object.keys(segments).map((segment) => {
    const on = new Set(
      Object.entries(nodes).flatMap(([node, { interfaces }]) =>
        Object.values(interfaces).some((each) => each.segment === segment) ? (placed.get(node) ?? []) : [],
      ),
    );
    const [first = hosts[0]?.name ?? "", ...others] = on;
    return [segment, others.length > 0 ? null : first] as const;
  });
  return { nodes: placed, segments: new Map(spread) };
}

/** Nodes that are joined by a segment without a transit on it, or with OSPF; in the order of the declaration. */
function groupsOf(nodes: LabDeclaration["nodes"], segments: LabDeclaration["segments"]): string[][] {
  const leader = new Map(Object.keys(nodes).map((node) => [node, node]));
  const lead = (node: string): string => {
    let at = node;
    for (let next = leader.get(at); next !== undefined && next !== at; next = leader.get(at)) at = next;
    return at;
  };
  for (const [segment, { ospf }] of Object.entries(segments)) {
    const on = Object.entries(nodes).filter(([, { interfaces }]) =>
      Object.values(interfaces).some((each) => each.segment === segment),
    );
    if (!ospf && on.some(([, { role }]) => role === "transit")) continue;
    const [first, ...others] = on.map(([node]) => lead(node));
    if (first !== undefined) for (const other of others) leader.set(lead(other), lead(first));
  }
  const groups = new Map<string, string[]>();
  for (const node of Object.keys(nodes)) groups.set(lead(node), [...(groups.get(lead(node)) ?? []), node]);
  return [...groups.values()];
}

/** Containers and networks that carry a lab's label and are not in its state: what a killed deploy left behind. */
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { enginesFileName } from "../model/relay.ts";
import { askEngine, atEngine, type EngineOptions } from "./docker-engine.ts";

/** What the engine has of a lab. */
export interface LabPart {
  readonly kind: "container" | "network";
  readonly id: string;
  readonly name: string;
  /** The lab's folder it was made from; empty when it does not say. */
  readonly directory: string;
  /** The engine that has it, as DOCKER_HOST says it. Left out where the lab has but one. */
  readonly dockerHost?: string;
  /** Of a container that has ended and was not taken away. Left out of all others. */
  readonly isOff?: true;
  /** When it was made, to the second, since 1970. */
  readonly createdSeconds: number;
}

/** What the engine has of a lab, split by who knows it. */
export interface LabParts {
  /** In the state of this lab's folder. */
  readonly known: readonly LabPart[];
  /** Made from this folder, but not in its state. */
  readonly left: readonly LabPart[];
  /** Made from another folder: somebody else's lab of the same name. */
  readonly foreign: readonly LabPart[];
}

interface Listed {
  readonly Id: string;
  readonly Name?: string;
  readonly Names?: readonly string[];
  /** Of a container: `running`, `exited`, `created` … */
  readonly State?: string;
  readonly Labels: Readonly<Record<string, string>>;
  /** Seconds since 1970 of a container, RFC 3339 of a network. */
  readonly Created: number | string;
}

/** The lab's state file. */
export const stateFileOf = (directory: string): string => join(directory, "terraform.tfstate");

/** A lab and what tells that it is this folder's. */
export interface LabPlace {
  readonly lab: string;
  /** The lab's folder, absolute. */
  readonly directory: string;
  /** @default - `terraform.tfstate` in the lab's folder */
  readonly stateFile?: string;
}

/** Everything that carries the lab's label, running or not, on all of its engines. */
export async function listLabParts(
  { lab, directory, stateFile = stateFileOf(directory) }: LabPlace,
  options: EngineOptions = {},
): Promise<LabParts> {
  const engines = enginesOf(directory);
  const listed = await Promise.all(
    engines.length === 0
      ? [partsAt(lab, undefined, options)]
      : engines.map((dockerHost) => partsAt(lab, dockerHost, { ...options, ...atEngine(dockerHost) })),
  );
  // Every engine of a swarm that is on an overlay network tells of it.
  const parts = [
    ...new Map(
      listed
        .flat()
        .map((each) => [each.id, each] as const)
        .reverse(),
    ).values(),
  ].reverse();
  const known = idsInState(stateFile);
  const isForeign = (each: LabPart): boolean => each.directory !== "" && each.directory !== directory;
  return {
    known: parts.filter(({ id }) => known.has(id)),
    left: parts.filter((each) => !known.has(each.id) && !isForeign(each)),
    foreign: parts.filter((each) => !known.has(each.id) && isForeign(each)),
  };
}

async function partsAt(lab: string, dockerHost: string | undefined, options: EngineOptions): Promise<LabPart[]> {
  const filters = encodeURIComponent(JSON.stringify({ label: [`tunnelwright.lab=${lab}`] }));
  const [containers, networks] = (await Promise.all([
    askEngine("GET", `/containers/json?all=1&filters=${filters}`, options),
    askEngine("GET", `/networks?filters=${filters}`, options),
  ])) as [Listed[], Listed[]];
  return [
    ...containers.map((each) => part("container", each, dockerHost)),
    ...networks.map((each) => part("network", each, dockerHost)),
  ];
}

/** The engines that the lab's folder names, the maker of its overlay networks first; none where it has but one. */
export function enginesOf(directory: string): string[] {
  const file = join(directory, enginesFileName);
  if (!existsSync(file)) return [];
  return (JSON.parse(readFileSync(file, "utf8")) as { readonly dockerHost: string }[]).map(
    ({ dockerHost }) => dockerHost,
  );
}

/** How the engine that has a part is asked. */
export function engineOf({ dockerHost }: LabPart, options: EngineOptions = {}): EngineOptions {
  return dockerHost === undefined ? options : { ...options, ...atEngine(dockerHost) };
}

/** Removes containers and networks, containers first: a network with a container in it stays. What is gone already is no fault. */
export async function removeParts(parts: readonly LabPart[], options: EngineOptions = {}): Promise<void> {
  const remove = (kind: LabPart["kind"], query: string): Promise<unknown[]> =>
    Promise.all(
      parts
        .filter((each) => each.kind === kind)
        .map((each) =>
          askEngine("DELETE", `/${kind}s/${each.id}${query}`, engineOf(each, options)).catch((error: unknown) => {
            if (!/No such container|network \S+ not found|is already in progress/.test(String(error))) throw error;
          }),
        ),
    );
  await remove("container", "?force=1&v=1");
  await remove("network", "");
}

/** Is a Terraform at work on this state? It holds a lock on the file, which the kernel drops when it dies. Linux only; elsewhere never. */
export function isStateLocked(stateFile: string): boolean {
  const stats = statSync(stateFile, { throwIfNoEntry: false });
  if (!stats || !existsSync("/proc/locks")) return false;
  return new RegExp(`POSIX .* [0-9a-f]+:[0-9a-f]+:${stats.ino} `).test(readFileSync("/proc/locks", "utf8"));
}

/** Whether a state can be read: not one that a full disk cut short. */
export function isStateWhole(stateFile: string): boolean {
  try {
    readState(stateFile);
    return true;
  } catch {
    return false;
  }
}

interface State {
  readonly resources?: readonly {
    readonly type: string;
    readonly instances: readonly { readonly attributes?: { readonly id?: string } }[];
  }[];
}

function readState(stateFile: string): State {
  return existsSync(stateFile) ? (JSON.parse(readFileSync(stateFile, "utf8") || "{}") as State) : {};
}

function idsInState(stateFile: string): Set<string> {
  const made = (readState(stateFile).resources ?? []).filter(({ type }) => /^docker_(container|network)$/.test(type));
  return new Set(made.flatMap(({ instances }) => instances.flatMap(({ attributes }) => attributes?.id ?? [])));
}

function part(
  kind: LabPart["kind"],
  { Id, Name, Names, Labels, Created, State }: Listed,
  dockerHost: string | undefined,
): LabPart {
  const directory = Labels["tunnelwright.directory"] ?? "";
  const createdSeconds = typeof Created === "number" ? Created : Math.floor(Date.parse(Created) / 1000);
  return {
    kind,
    id: Id,
    name: Name ?? Names?.[0]?.replace(/^\//, "") ?? Id,
    directory,
    createdSeconds,
    ...(dockerHost !== undefined && { dockerHost }),
    ...(State === "exited" && { isOff: true }),
  };
}

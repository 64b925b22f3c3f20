/** What is on the machine of the engines: processes, mounts, namespaces, control groups, files. By place, never by a program's name. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { allProcesses, type RunningProcess } from "../../devices/processes.ts";
import { treeOf } from "../soak/process-tree.ts";
import { enginePlaces, enginePrefix, enginesFolder } from "./engine-places.ts";

/** All that is there. */
export interface Remains {
  readonly processes: readonly RunningProcess[];
  /** Deepest first: in this order they can be taken away. */
  readonly mounts: readonly string[];
  readonly namespaces: readonly string[];
  /** Deepest first. */
  readonly cgroups: readonly string[];
  readonly folders: readonly string[];
}

/** Looks for what there is of one engine; of all of them when no name is given. */
export function findRemains(engine?: string): Remains {
  const isOurs = (name: string): boolean =>
    engine === undefined ? name.startsWith(enginePrefix) : name === enginePlaces(engine).name;
  const mounts = mountPoints();
  const groups = mounts
    .filter(({ type }) => type === "cgroup" || type === "cgroup2")
    .flatMap(({ path }) =>
      namesIn(path)
        .filter(isOurs)
        .map((name) => join(path, name)),
    )
    .flatMap(foldersBelow);
  return {
    processes: engineProcesses(isOurs, groups),
    mounts: mounts
      .map(({ path }) => path)
      .filter((path) => dirOfEngine(path) !== undefined && isOurs(dirOfEngine(path) ?? ""))
      .reverse(),
    namespaces: namesIn("/run/netns").filter(isOurs),
    cgroups: groups,
    folders: namesIn(enginesFolder)
      .filter(isOurs)
      .map((name) => join(enginesFolder, name)),
  };
}

/** One line for each thing that is there; none when nothing is. */
export function tellRemains({ processes, mounts, namespaces, cgroups, folders }: Remains): string[] {
  return [
    ...processes.map(({ pid, words }) => `process ${pid} ${words.join(" ")}`),
    ...mounts.map((path) => `mount ${path}`),
    ...namespaces.map((name) => `namespace ${name}`),
    ...cgroups.map((path) => `control group ${path}`),
    ...folders.map((path) => `folder ${path}`),
  ];
}

/** dockerd, containerd and the shims name their run-time folder; containers are their children, or in the engine's control group. */
function engineProcesses(isOurs: (name: string) => boolean, groups: readonly string[]): RunningProcess[] {
  const all = allProcesses();
  const inGroups = new Set(groups.flatMap((group) => readOrNothing(join(group, "cgroup.procs")).split("\n")));
  const found = new Map<number, RunningProcess>();
  for (const each of all)
    if (each.words.some((word) => isRunTimeFolder(word, isOurs)))
      for (const one of treeOf(each.pid, all)) found.set(one.pid, one);
  for (const each of all) if (inGroups.has(`${each.pid}`)) found.set(each.pid, each);
  return [...found.values()];
}

function isRunTimeFolder(word: string, isOurs: (name: string) => boolean): boolean {
  const name = dirOfEngine(word);
  if (name === undefined || !isOurs(name)) return false;
  const { execRoot } = enginePlaces(name.slice(enginePrefix.length));
  return word === execRoot || word.startsWith(`${execRoot}/`);
}

/** `tw-engine-a` of `/var/tmp/tw-engine-a/data/x`. */
function dirOfEngine(path: string): string | undefined {
  const start = `${enginesFolder}/${enginePrefix}`;
  return path.startsWith(start) ? path.slice(enginesFolder.length + 1).split("/")[0] : undefined;
}

function mountPoints(): { path: string; type: string }[] {
  return readFileSync("/proc/self/mountinfo", "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => ({ path: line.split(" ")[4] ?? "", type: line.split(" - ")[1]?.split(" ")[0] ?? "" }));
}

function foldersBelow(folder: string): string[] {
  const below = existsSync(folder) ? readdirSync(folder, { withFileTypes: true }) : [];
  return [
    ...below.filter((entry) => entry.isDirectory()).flatMap((entry) => foldersBelow(join(folder, entry.name))),
    folder,
  ];
}

function namesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}

function readOrNothing(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return ""; // it went meanwhile
  }
}

/** Reads everything that a run of a lab wrote or showed, kind by kind. Reads only: nothing is changed but for a capture that is taken. */
import { lstatSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { basename, dirname, join, relative } from "node:path";
import { openLinuxSession } from "../../devices/connect-linux.ts";
import { inventoryTargets, readInventory } from "../../devices/inventory.ts";
import type { LinuxSession } from "../../devices/linux-session.ts";
import type { LabPlan } from "../../model/plan-document.ts";
import { askEngine, labPlaces, root, type Ended } from "./lab-commands.ts";
import { privateKeySecret, preSharedKeySecret, type Secret } from "./secret-scan-forms.ts";
import { tarEntries, type Layer } from "./secret-scan-search.ts";

/** Of each of these something must have been read. */
export const kinds = [
  "lab folder",
  "key file",
  "state",
  "result",
  "capture",
  "cdktf.out",
  "plan file",
  "plan as JSON",
  "trace of Terraform",
  "trace of a provider",
  "terminal",
  "container description",
  "container log",
  "network description",
  "image",
  "process of the machine",
  "process of a node",
  "file of a node",
] as const;
/** Also what a run left outside its own folders; there may be nothing. */
export type Kind = (typeof kinds)[number] | "left elsewhere";

/** Something that was read, and the secrets that belong there. */
export interface Evidence extends Layer {
  readonly kind: Kind;
  /** Names of the secrets whose file this is: they must be found here, and are no leak. */
  readonly holds?: readonly string[];
}

/** What was read, and what is wrong with the places themselves. */
export interface Collection {
  readonly evidence: readonly Evidence[];
  /** A mode that is too wide, a secret's file that is missing. */
  readonly problems: readonly string[];
}

const nameOf = {
  preSharedKey: (tunnel: string) => `pre-shared key of ${tunnel}`,
  sshKey: "SSH key of the lab",
  hostKey: (node: string) => `SSH host key of ${node}`,
};

/** The secrets of a lab that is up, by the files that hold them. */
export function labSecrets(lab: string): Secret[] {
  const { directory } = labPlaces(lab);
  return keyFiles(directory).map(({ path, secret }) => {
    const text = readFileSync(path, "utf8");
    return dirname(path).endsWith("psk") ? preSharedKeySecret(secret, text.trim()) : privateKeySecret(secret, text);
  });
}

/** `psk/TUNNEL`, `keys/lab_ed25519` and `keys/NODE_host_ed25519` of the lab's folder (provider/resources/lab-access.ts). */
function keyFiles(directory: string): { readonly path: string; readonly secret: string }[] {
  const keys = readdirSync(join(directory, "keys")).filter((name) => !name.endsWith(".pub"));
  return [
    ...readdirSync(join(directory, "psk")).map((tunnel) => ({
      path: join(directory, "psk", tunnel),
      secret: nameOf.preSharedKey(tunnel),
    })),
    ...keys.map((name) => ({
      path: join(directory, "keys", name),
      secret: name === "lab_ed25519" ? nameOf.sshKey : nameOf.hostKey(name.replace(/_host_ed25519$/, "")),
    })),
  ];
}

/** What lies in the lab's folder: the key files with their modes, state, results, captures, the rest. */
export function readLabFolder(lab: string): Collection {
  const { directory } = labPlaces(lab);
  const secretOf = new Map(keyFiles(directory).map(({ path, secret }) => [path, secret]));
  const problems = [dirname(directory), directory, join(directory, "keys"), join(directory, "psk")].flatMap((folder) =>
    wrongMode(folder, statSync(folder).mode, 0o700),
  );
  const evidence = filesBelow(directory).map(({ path, bytes, mode }): Evidence => {
    const place = relative(root, path);
    const secret = secretOf.get(path);
    if (secret !== undefined) {
      problems.push(...wrongMode(place, mode, 0o600));
      return { kind: "key file", place, bytes, holds: [secret] };
    }
    const inResults = relative(join(directory, "results"), path);
    if (/\.pcap(ng)?(\.gz)?$/.test(path)) return { kind: "capture", place, bytes };
    if (!inResults.startsWith("..")) return { kind: "result", place, bytes };
    return { kind: basename(path).startsWith("terraform.tfstate") ? "state" : "lab folder", place, bytes };
  });
  return { evidence, problems };
}

/** What lies in the folder of a lab that is destroyed. */
export function relicsOf(lab: string): Evidence[] {
  return filesBelow(labPlaces(lab).directory).map(({ path, bytes }) => ({
    kind: "state",
    place: relative(root, path),
    bytes,
  }));
}

/** All of cdktf.out, every lab's. */
export function readCdktfOut(): Evidence[] {
  return filesBelow(join(root, "cdktf.out")).map(({ path, bytes }) => ({
    kind: "cdktf.out",
    place: relative(root, path),
    bytes,
  }));
}

/** A plan as it is saved (a zip) and as JSON. `terraform` runs a command in the lab's stack that must go well. */
export async function readPlan(folder: string, terraform: (...args: string[]) => Promise<Ended>): Promise<Evidence[]> {
  const file = join(folder, "saved.tfplan");
  try {
    // What the nodes answer is no part of what is asked here.
    await terraform("plan", `-out=${file}`, "-refresh=false", "-input=false", "-no-color");
    const shown = await terraform("show", "-json", file);
    return [
      { kind: "plan file", place: "the saved plan", bytes: readFileSync(file) },
      { kind: "plan as JSON", place: "terraform show -json", bytes: Buffer.from(shown.stdout) },
    ];
  } finally {
    rmSync(file, { force: true });
  }
}

/** What the engine tells of the lab's containers and networks, and the whole of their images. */
export async function readEngine(lab: string): Promise<Evidence[]> {
  const filters = encodeURIComponent(JSON.stringify({ label: [`tunnelwright.lab=${lab}`] }));
  const containers = await askJson<{ Id: string; Names: string[]; ImageID: string }[]>(
    `/containers/json?all=true&filters=${filters}`,
  );
  const networks = await askJson<{ Id: string; Name: string }[]>(`/networks?filters=${filters}`);
  const asked: readonly (readonly [Kind, string, string])[] = [
    ...containers.flatMap(({ Id, Names }): [Kind, string, string][] => [
      ["container description", `docker inspect ${Names.join()}`, `/containers/${Id}/json`],
      ["container log", `docker logs ${Names.join()}`, `/containers/${Id}/logs?stdout=true&stderr=true`],
    ]),
    ...networks.map(({ Id, Name }): [Kind, string, string] => [
      "network description",
      `docker network inspect ${Name}`,
      `/networks/${Id}?verbose=true`,
    ]),
    ...[...new Set(containers.map(({ ImageID }) => ImageID))].flatMap((id): [Kind, string, string][] => [
      ["image", `docker image inspect ${id}`, `/images/${id}/json`],
      ["image", `docker history ${id}`, `/images/${id}/history`],
      ["image", `docker save ${id}`, `/images/${id}/get`],
    ]),
  ];
  return Promise.all(
    asked.map(async ([kind, place, path]): Promise<Evidence> => ({ kind, place, bytes: await askBytes(path) })),
  );
}

/** What each node holds and shows: the files that are not the image's, the files in its memory, its processes; and what passes the transit. */
export async function readNodes(lab: string): Promise<Collection> {
  const { directory } = labPlaces(lab);
  const plan = JSON.parse(readFileSync(join(directory, "plan.json"), "utf8")) as LabPlan;
  const targets = await inventoryTargets(directory, await readInventory(directory));
  const tap = plan.tunnels.map((tunnel) => tunnel.tap).find((place) => place !== null);
  const parts = await Promise.all(
    plan.nodes.map(async ({ name, pskTunnels, role }): Promise<Collection> => {
      const target = targets.get(name);
      if (!target) return { evidence: [], problems: [`the inventory has no node ${name}`] };
      const written = await readWrittenFiles(lab, name, pskTunnels.map(nameOf.preSharedKey));
      const session = await openLinuxSession({ ...target, connectTimeoutMs: 10_000, maxOutputBytes: 64 * 1024 * 1024 });
      try {
        return {
          problems: written.problems,
          evidence: [
            ...written.evidence,
            ...(await readMemoryFiles(session)),
            ...(await readNodeProcesses(session)),
            ...(role === "transit" && tap?.node === name ? [await capture(session, tap.interface)] : []),
          ],
        };
      } finally {
        await session.close();
      }
    }),
  );
  return { evidence: parts.flatMap((part) => part.evidence), problems: parts.flatMap((part) => part.problems) };
}

/** Secrets' files in a node, all root's alone. Whatever else is written there is nobody's. */
const homesInNode = (node: string, preSharedKeys: readonly string[]) => [
  // Docker puts it there before the node's first start.
  { path: /^\/etc\/ssh\/ssh_host_ed25519_key$/, holds: [nameOf.hostKey(node)] },
  // What swanctl loads.
  { path: /^\/etc\/swanctl\/conf\.d\/tunnelwright-secrets\.conf$/, holds: preSharedKeys },
  // The configuration in force, which a restart builds again: the section, and all sections as they were hashed.
  { path: /^\/etc\/tunnelwright\/set\.\d+\/(ipsec-secrets|frames)$/, holds: preSharedKeys },
];
const rootOnlyFolders = /^\/(etc\/tunnelwright(\/set\.\d+)?|root\/\.ssh)\/?$/;
/** It holds the public half alone, and sshd insists on the mode. */
const authorizedKeys = "/root/.ssh/authorized_keys";

/** The files of a node that are not its image's: those and the image are all there is on its disk. */
async function readWrittenFiles(lab: string, node: string, preSharedKeys: readonly string[]): Promise<Collection> {
  const container = `/containers/tw-${lab}-${node}`;
  const changed = (await askJson<{ Kind: number; Path: string }[] | null>(`${container}/changes`)) ?? [];
  const gone = 2;
  const paths = changed.filter(({ Kind }) => Kind !== gone).map(({ Path }) => Path);
  // A folder is read with all below it, so one that is the image's own is not asked for.
  const folders = ["/etc/tunnelwright", "/root/.ssh"];
  const leaves = paths.filter(
    (path) => ![...paths, ...folders].some((o) => o.startsWith(`${path}/`)) && !folders.some((f) => path.startsWith(f)),
  );
  const homes = homesInNode(node, preSharedKeys);
  const problems: string[] = [];
  const evidence: Evidence[] = [];
  for (const path of [...folders, ...leaves]) {
    const archive = await askBytes(`${container}/archive?path=${encodeURIComponent(path)}`).catch(() => null);
    if (archive === null) continue; // a daemon's own file that went meanwhile
    for (const { name, content, mode = 0, ownerId = 0, isFolder = false } of tarEntries(archive, path)) {
      const full = join(dirname(path), name);
      const home = homes.find((place) => place.path.test(full));
      const asked = rootOnlyFolders.test(full) && isFolder ? 0o700 : home || full === authorizedKeys ? 0o600 : null;
      if (asked !== null) problems.push(...wrongMode(`${node}:${full}`, mode, asked));
      if (asked !== null && ownerId !== 0) problems.push(`${node}:${full} belongs to user ${ownerId}, not to root`);
      if (!isFolder)
        evidence.push({
          kind: "file of a node",
          place: `${node}:${full}`,
          bytes: content,
          holds: home?.holds ?? [],
        });
    }
  }
  const missing = homes.filter(
    (home) => home.holds.length > 0 && !evidence.some((e) => home.path.test(pathOf(e.place))),
  );
  problems.push(...missing.map((home) => `${node} has no file ${home.path.source}`));
  return { evidence, problems: [...new Set(problems)] };
}

const pathOf = (place: string) => place.slice(place.indexOf(":") + 1);

/** What a node keeps in memory: /run and /tmp, which the container does not see. Sockets and pipes are left out by tar itself. */
async function readMemoryFiles(session: LinuxSession): Promise<Evidence[]> {
  const { stdoutBytes } = await session.run(["tar", "-cf", "-", "-C", "/", "run", "tmp"], { timeoutMs: 20_000 });
  if (stdoutBytes.length === 0) throw new Error(`${session.node}: nothing could be read of /run and /tmp`);
  return [...tarEntries(Buffer.from(stdoutBytes), `${session.node}:/run`)].map(({ name, content }) => ({
    kind: "file of a node",
    place: `${session.node}:/${name}`,
    bytes: content,
  }));
}

/** `PATH:` and a word, a NUL after each: what `ps` would show, and the environments. */
const processWords = "grep -az . /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null; true";

async function readNodeProcesses(session: LinuxSession): Promise<Evidence[]> {
  const { stdoutBytes } = await session.run(["sh", "-c", processWords], { timeoutMs: 20_000 });
  return [processEvidence(session.node, Buffer.from(stdoutBytes))];
}

function processEvidence(node: string, bytes: Buffer): Evidence {
  return { kind: "process of a node", place: `${node}: arguments and environments`, bytes };
}

/** Looks at a node's processes again and again, until it is stopped; more often would leave the node no time for its work. */
export async function watchNode(lab: string, node: string): Promise<{ stop(): Promise<Evidence> }> {
  const { directory } = labPlaces(lab);
  const target = (await inventoryTargets(directory, await readInventory(directory))).get(node);
  if (!target) throw new Error(`the lab ${lab} has no node ${node}`);
  const session = await openLinuxSession({ ...target, connectTimeoutMs: 10_000, maxOutputBytes: 256 * 1024 * 1024 });
  const watching = await session.start(["sh", "-c", `while :; do ${processWords}; sleep 0.2; done`]);
  return {
    async stop() {
      const { stdout } = await watching.stop(5_000);
      await session.close();
      return processEvidence(node, Buffer.from(stdout));
    },
  };
}

/** A second or two of what passes the transit. */
async function capture(session: LinuxSession, device: string): Promise<Evidence> {
  const tcpdump = await session.start(["tcpdump", "-i", device, "-U", "-w", "-"]);
  await tcpdump.waitForStderr("listening on", 10_000);
  await session.run(["sleep", "2"]);
  const { stdout } = await tcpdump.stop(5_000);
  return { kind: "capture", place: `what passes ${session.node} ${device}`, bytes: Buffer.from(stdout) };
}

/** What a run may have left elsewhere: temporary files since its begin, Terraform's and cdktf's folders at home, the engine's log. */
export function readElsewhere(since: Date, except: string): Evidence[] {
  const places = [tmpdir(), join(homedir(), ".terraform.d"), join(homedir(), ".cdktf")];
  return [
    ...places.flatMap((folder) => filesBelow(folder, { since, deepest: 2, except })),
    ...filesBelow("/var/log", { since, deepest: 0, except }).filter(({ path }) => path.includes("tunnelwright")),
  ].map(({ path, bytes }) => ({ kind: "left elsewhere", place: path, bytes }));
}

/** How many processes' arguments or environments a node has shown. */
export function countNodeProcesses(bytes: Buffer): number {
  const files = bytes
    .toString("latin1")
    .split("\0")
    .map((word) => word.slice(0, word.indexOf(":")));
  return files.filter((file, index) => file.startsWith("/proc/") && file !== files[index - 1]).length;
}

function wrongMode(place: string, mode: number, asked: number): string[] {
  const found = mode & 0o7777;
  const octal = (bits: number) => bits.toString(8).padStart(4, "0");
  return found === asked ? [] : [`${place} has mode ${octal(found)}; it should have ${octal(asked)}`];
}

const largestFileBytes = 256 * 1024 * 1024;

/** The files below a folder; a link is its target's name, since what it leads to is not the run's. */
function filesBelow(
  folder: string,
  options: { readonly since?: Date; readonly deepest?: number; readonly except?: string } = {},
): { readonly path: string; readonly bytes: Buffer; readonly mode: number }[] {
  const { since = new Date(0), deepest = 99, except } = options;
  const names = tryTo(() => readdirSync(folder)) ?? [];
  return names.flatMap((name) => {
    const path = join(folder, name);
    const found = tryTo(() => lstatSync(path));
    if (!found || path === except) return [];
    if (found.isDirectory()) return deepest > 0 ? filesBelow(path, { ...options, deepest: deepest - 1 }) : [];
    if (found.isSymbolicLink()) return [{ path, bytes: Buffer.from(readlinkSync(path)), mode: found.mode }];
    if (!found.isFile() || found.mtime < since || found.size > largestFileBytes) return [];
    const bytes = tryTo(() => readFileSync(path));
    return bytes ? [{ path, bytes, mode: found.mode }] : [];
  });
}

/** What went meanwhile is not there. */
function tryTo<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "")) return undefined;
    throw error;
  }
}

async function askBytes(path: string): Promise<Buffer> {
  return Buffer.from(await askEngine("GET", path), "latin1");
}

async function askJson<T>(path: string): Promise<T> {
  return JSON.parse(await askEngine("GET", path)) as T;
}

import { chmod, mkdir, readdir, rm, stat, writeFile, readFile } from "node:fs/promises";
import { join } from "node:path";
import { iosHostKeyFile, iosPasswordFile, iosUser } from "../../model/ios-container.ts";
import type { Inventory } from "../../model/plan-document.ts";
import { listLabParts, type LabPart, type LabPlace } from "../../devices/lab-leftovers.ts";
import { writeInventory } from "../../devices/inventory.ts";
import { generateSshKeyPair, knownHostsText, sshConfigText } from "../../devices/ssh-keys.ts";
import type { LabProvider } from "../lab-provider.ts";
import type { State } from "../schema/attributes.ts";
import { throughOf } from "./relay-way.ts";
import { labAccessAttributes } from "../schema/resources.ts";
import { defineResource } from "../sdk/definitions.ts";
import type { Diagnostics } from "../sdk/diagnostics.ts";
import { isPlain, UNKNOWN } from "../sdk/values.ts";

type LabAccessState = State<typeof labAccessAttributes>;

const identityFile = (directory: string) => join(directory, "keys", "lab_ed25519");
const hostKeyFile = (directory: string, node: string) => join(directory, "keys", `${node}_host_ed25519`);
const sshPort = 22;
/** Terraform's own files stay: it writes them after us. */
const keptAtDelete = /^terraform\.tfstate|^\.terraform/;

/** `tunnelwright_lab_access`: one key that opens every node, and a host key for each, all made before a node exists. */
export const labAccess = defineResource<LabProvider, typeof labAccessAttributes>({
  description:
    "The SSH key that opens a lab's nodes and a pinned host key for each of them, made before any node exists, so that the first connection trusts nobody unseen. Keys are files readable by their owner alone; the state holds their paths and the public halves.",
  attributes: labAccessAttributes,
  async plan({ diagnostics }, { prior, planned }) {
    const { directory, nodes, lab } = planned;
    if (typeof directory !== "string" || typeof lab !== "string" || !isPlain(nodes)) return;
    if (typeof planned.state_file === "string")
      await refuseLeftovers({ lab, directory, stateFile: planned.state_file }, diagnostics);
    planned.id = lab;
    planned.identity_file = identityFile(directory);
    planned.host_key_files = Object.fromEntries(Object.keys(nodes).map((node) => [node, hostKeyFile(directory, node)]));
    // A node that has a key keeps it: a new neighbour replaces nobody.
    planned.host_keys = Object.fromEntries(Object.keys(nodes).map((node) => [node, prior?.host_keys[node] ?? UNKNOWN]));
  },
  create: (_context, { planned }) => make(planned),
  async read(_context, state) {
    const files = [
      state.identity_file,
      join(state.directory, "inventory.json"),
      ...Object.values(state.host_key_files),
    ];
    const found = await Promise.all(
      files.map((file) =>
        stat(file).then(
          () => true,
          () => false,
        ),
      ),
    );
    // Without its keys nobody can open the nodes: they are made anew.
    return found.every(Boolean) ? state : null;
  },
  update: (_context, { planned }) => make(planned),
  async delete(_context, { directory }) {
    const names = await readdir(directory).catch(() => []);
    await Promise.all(
      names
        .filter((name) => !keptAtDelete.test(name))
        .map((name) => rm(join(directory, name), { recursive: true, force: true })),
    );
  },
});

/** Names are taken on the Docker engine: better said in one sentence before anything is begun than by its conflicts in the middle. */
async function refuseLeftovers(place: LabPlace, diagnostics: Diagnostics): Promise<void> {
  const { lab } = place;
  // Of an engine that does not answer the Docker provider tells more.
  const parts = await listLabParts(place).catch(() => null);
  // Terraform plans a resource once more while it applies: what it has just made is not in its state file yet.
  const began = await startOfParentSeconds();
  const isInTheWay = ({ name, createdSeconds }: LabPart): boolean =>
    name.startsWith(`tw-${lab}-`) && createdSeconds < began;
  const foreign = parts?.foreign.find(isInTheWay);
  const left = parts?.left.filter(isInTheWay) ?? [];
  if (foreign)
    diagnostics.error(
      `The lab ${lab} is up from another folder`,
      `${foreign.name} was made from ${foreign.directory}: take the lab down there, or give this one another name.`,
    );
  else if (left.length > 0)
    diagnostics.error(
      `A deploy of ${lab} was killed and left something behind`,
      // Terraform wraps no line that begins with a blank: the command can be copied.
      `${left.map(({ name }) => name).join(", ")}: not in the lab's state. This removes it and deploys:\n  npx tunnelwright up ${lab}`,
    );
}

/** When the Terraform that started this provider began, in whole seconds since 1970: no later than anything it makes. */
async function startOfParentSeconds(): Promise<number> {
  const ownSeconds = Date.now() / 1000 - process.uptime();
  try {
    const stat = await readFile(`/proc/${process.ppid}/stat`, "utf8");
    const ticks = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]);
    const booted = Number(/^btime (\d+)$/m.exec(await readFile("/proc/stat", "utf8"))?.[1]);
    // 100 ticks a second on every Linux of today (USER_HZ).
    return Math.floor(Math.min(ownSeconds, booted + ticks / 100));
  } catch {
    return Math.floor(ownSeconds);
  }
}

async function make(planned: LabAccessState): Promise<LabAccessState> {
  const { directory, lab, nodes } = planned;
  await mkdir(join(directory, "keys"), { recursive: true, mode: 0o700 });
  await chmod(directory, 0o700);
  const authorizedKey = await keyAt(identityFile(directory), `${lab}.tunnelwright`);
  const names = Object.keys(nodes);
  const keys = await Promise.all(
    names.map((node) => keyAt(hostKeyFile(directory, node), `${node}.${lab}.tunnelwright`)),
  );
  const hostKeys = Object.fromEntries(names.map((node, index) => [node, keys[index] ?? ""]));
  await writeMeetingPoint(planned, hostKeys);
  return {
    ...planned,
    id: lab,
    identity_file: identityFile(directory),
    authorized_key: `${authorizedKey}\n`,
    host_key_files: Object.fromEntries(names.map((node) => [node, hostKeyFile(directory, node)])),
    host_keys: hostKeys,
  };
}

/** The public key of the pair at the path, which is made if it is not there. */
async function keyAt(file: string, comment: string): Promise<string> {
  const publicFile = `${file}.pub`;
  const present = await readFile(publicFile, "utf8").catch(() => undefined);
  const privatePresent = await stat(file).then(
    () => true,
    () => false,
  );
  if (present !== undefined && privatePresent) return present.trim();
  const { privateKey, publicKey } = generateSshKeyPair(comment);
  await writeFile(file, privateKey, { mode: 0o600 });
  // The public half last: with it the pair is whole.
  await writeFile(publicFile, `${publicKey}\n`);
  return publicKey;
}

/** Inventory, known_hosts and ssh_config: by these the live half and `ssh -F` find the nodes. */
async function writeMeetingPoint(
  { directory, lab, nodes, ios_nodes, through }: LabAccessState,
  hostKeys: Record<string, string>,
): Promise<void> {
  const inventory: Inventory = {
    format: "tunnelwright-inventory/1",
    lab,
    nodes: Object.fromEntries(
      Object.entries(nodes).map(([node, address]) => [
        node,
        { address, port: sshPort, hostKey: hostKeys[node] ?? "", ...throughOf(through?.[node]) },
      ]),
    ),
    ...(ios_nodes && Object.keys(ios_nodes).length > 0 && { iosNodes: iosNodes(ios_nodes) }),
    identityFile: join("keys", "lab_ed25519"),
  };
  const knownHostsFile = join(directory, "known_hosts");
  await writeFile(knownHostsFile, knownHostsText(inventory));
  await writeFile(
    join(directory, "ssh_config"),
    sshConfigText(inventory, { knownHostsFile, identityFile: identityFile(directory) }),
  );
  await writeInventory(directory, inventory);
}

/** Synth lays the password there, and the router's configuration the host key. */
function iosNodes(nodes: Readonly<Record<string, string>>): NonNullable<Inventory["iosNodes"]> {
  return Object.fromEntries(
    Object.entries(nodes).map(([node, address]) => [
      node,
      {
        address,
        port: sshPort,
        username: iosUser.name,
        passwordFile: iosPasswordFile,
        hostKeyFile: iosHostKeyFile(node),
      },
    ]),
  );
}

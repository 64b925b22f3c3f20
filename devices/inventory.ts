import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { Inventory, InventoryIosNode, InventoryNode } from "../model/plan-document.ts";
import { isDockerHost } from "../model/placement.ts";
import { isContainerName, type RelayWay } from "../model/relay.ts";
import { InventoryError } from "./errors.ts";
import type { IosTarget } from "./ios/connect-ios.ts";
import type { SshTarget } from "./ssh-connection.ts";
import { parsePublicKeyLine } from "./ssh-keys.ts";

const format = "tunnelwright-inventory/1";
const fileName = "inventory.json";

/** The inventory of the lab in this directory, `.tunnelwright/<lab>`; throws {@link InventoryError} when the lab is not up or the file is harmed. */
export async function readInventory(directory: string): Promise<Inventory> {
  const path = join(directory, fileName);
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    if (!isMissing(cause)) throw unreadable(path, "it cannot be read", cause);
    throw new InventoryError({
      path,
      what: "the lab is not up: it has no inventory",
      why: "the inventory is written when the lab has been deployed, and taken away when it is destroyed",
      fix: "deploy the lab first, in the directory that holds .tunnelwright",
      cause,
    });
  }
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (cause) {
    throw unreadable(path, "it is not JSON", cause);
  }
  return checkInventory(document, path);
}

/** Writes the inventory whole or not at all; the directory is made if it is missing. */
export async function writeInventory(directory: string, inventory: Inventory): Promise<void> {
  const path = join(directory, fileName);
  checkInventory(inventory, path);
  await mkdir(directory, { recursive: true });
  const draft = `${path}.${process.pid}.new`;
  await writeFile(draft, `${JSON.stringify(inventory, null, 2)}\n`);
  await rename(draft, path);
}

/** Where and with which keys each node is reached, by node name; reads the lab's identity file, whose path is relative to the directory. */
export async function inventoryTargets(
  directory: string,
  inventory: Inventory,
): Promise<ReadonlyMap<string, SshTarget>> {
  const path = resolve(directory, inventory.identityFile);
  let privateKey: string;
  try {
    privateKey = await readFile(path, "utf8");
  } catch (cause) {
    throw new InventoryError({
      path,
      what: `the SSH key of lab ${inventory.lab} cannot be read`,
      why: cause instanceof Error ? cause.message : String(cause),
      fix: "put the key file back, or destroy and deploy the lab again so that a new key is made",
      cause,
    });
  }
  return new Map(Object.entries(inventory.nodes).map(([node, place]) => [node, { node, ...place, privateKey }]));
}

/** Where and by whom each router of IOS is reached, by its name; reads the files that hold the password and the host key. */
export async function inventoryIosTargets(
  directory: string,
  { lab, iosNodes = {} }: Inventory,
): Promise<ReadonlyMap<string, IosTarget>> {
  const read = async (file: string, what: string): Promise<string> => {
    const path = resolve(directory, file);
    try {
      return (await readFile(path, "utf8")).trim();
    } catch (cause) {
      throw new InventoryError({
        path,
        what: `${what} of lab ${lab} cannot be read`,
        why: cause instanceof Error ? cause.message : String(cause),
        fix: "deploy the lab again: both files are written by it",
        cause,
      });
    }
  };
  const targets = Object.entries(iosNodes).map(
    async ([node, { address, port, username, passwordFile, hostKeyFile }]) =>
      [
        node,
        {
          node,
          address,
          port,
          username,
          password: await read(passwordFile, `the password of ${node}`),
          hostKey: await read(hostKeyFile, `the host key of ${node}`),
        },
      ] as const,
  );
  return new Map(await Promise.all(targets));
}

function checkInventory(document: unknown, path: string): Inventory {
  const wrong = (what: string): never => {
    throw unreadable(path, what, undefined);
  };
  if (!isRecord(document)) return wrong("it is not an object");
  if (document["format"] !== format)
    wrong(`format is ${JSON.stringify(document["format"])}, this program knows ${JSON.stringify(format)}`);
  const lab = document["lab"];
  const identityFile = document["identityFile"];
  const nodes = document["nodes"];
  if (typeof lab !== "string" || lab === "") return wrong("lab is not a name");
  if (typeof identityFile !== "string" || identityFile === "") return wrong("identityFile is not a path");
  if (!isRecord(nodes)) return wrong("nodes is not an object");
  const checked = Object.entries(nodes).map(([name, node]) => [name, checkNode(name, node, wrong)] as const);
  const iosNodes = document["iosNodes"];
  if (iosNodes === undefined) return { format, lab, nodes: Object.fromEntries(checked), identityFile };
  if (!isRecord(iosNodes)) return wrong("iosNodes is not an object");
  const ios = Object.entries(iosNodes).map(([name, node]) => [name, checkIosNode(name, node, wrong)] as const);
  return { format, lab, nodes: Object.fromEntries(checked), iosNodes: Object.fromEntries(ios), identityFile };
}

function checkIosNode(name: string, node: unknown, wrong: (what: string) => never): InventoryIosNode {
  const at = `iosNodes.${name}`;
  if (!isRecord(node)) return wrong(`${at} is not an object`);
  const { address, port } = checkPlace(at, node, wrong);
  const text = (field: "username" | "passwordFile" | "hostKeyFile"): string => {
    const value = node[field];
    return typeof value === "string" && value !== "" ? value : wrong(`${at}.${field} is not a text`);
  };
  return {
    address,
    port,
    username: text("username"),
    passwordFile: text("passwordFile"),
    hostKeyFile: text("hostKeyFile"),
  };
}

function checkPlace(
  at: string,
  { address, port }: Readonly<Record<string, unknown>>,
  wrong: (what: string) => never,
): { readonly address: string; readonly port: number } {
  if (typeof address !== "string" || !/^[\w.:-]+$/.test(address)) return wrong(`${at}.address is not an address`);
  if (typeof port !== "number" || !Number.isInteger(port) || port < 1 || port > 65535)
    return wrong(`${at}.port is ${JSON.stringify(port)}, allowed is 1 to 65535`);
  return { address, port };
}

function checkNode(name: string, node: unknown, wrong: (what: string) => never): InventoryNode {
  const at = `nodes.${name}`;
  // A name with other characters could not be a Host of ssh_config, nor a key of known_hosts.
  if (!/^[A-Za-z0-9][\w.-]*$/.test(name)) return wrong(`${at}: not the name of a node`);
  if (!isRecord(node)) return wrong(`${at} is not an object`);
  const { hostKey } = node;
  const { address, port } = checkPlace(at, node, wrong);
  if (typeof hostKey !== "string") return wrong(`${at}.hostKey is not a public key line`);
  try {
    parsePublicKeyLine(hostKey);
  } catch {
    return wrong(`${at}.hostKey is not a public key line such as ssh-ed25519 AAAA…`);
  }
  return {
    address,
    port,
    hostKey,
    ...(node["through"] !== undefined && { through: checkWay(at, node["through"], wrong) }),
  };
}

function checkWay(at: string, way: unknown, wrong: (what: string) => never): RelayWay {
  if (!isRecord(way)) return wrong(`${at}.through is not an object`);
  const { dockerHost, container } = way;
  if (typeof dockerHost !== "string" || !isDockerHost(dockerHost))
    return wrong(`${at}.through.dockerHost is no engine`);
  if (typeof container !== "string" || !isContainerName(container))
    return wrong(`${at}.through.container is not the name of a container`);
  return { dockerHost, container };
}

function unreadable(path: string, why: string, cause: unknown): InventoryError {
  return new InventoryError({
    path,
    what: "the lab's inventory cannot be used",
    why,
    fix: "it is written by the deploy and by nobody else: deploy the lab again",
    cause,
  });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isMissing(error: unknown): boolean {
  return isRecord(error) && (error["code"] === "ENOENT" || error["code"] === "ENOTDIR");
}

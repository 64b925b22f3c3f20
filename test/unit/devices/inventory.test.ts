import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Inventory } from "../../../model/plan-document.ts";
import { InventoryError } from "../../../devices/errors.ts";
import { inventoryIosTargets, inventoryTargets, readInventory, writeInventory } from "../../../devices/inventory.ts";
import { generateSshKeyPair } from "../../../devices/ssh-keys.ts";

const hostKey = generateSshKeyPair("host").publicKey;
const inventory: Inventory = {
  format: "tunnelwright-inventory/1",
  lab: "demo",
  identityFile: "id_ed25519",
  nodes: { r1: { address: "127.0.0.1", port: 2201, hostKey }, r2: { address: "fd00::2", port: 22, hostKey } },
};
let root: string;
beforeEach(async () => (root = await mkdtemp(join(tmpdir(), "tw-inventory-"))));
afterEach(() => rm(root, { recursive: true }));

test("what is written is read, and no draft is left", async () => {
  const directory = join(root, "a", "demo");
  await writeInventory(directory, inventory);
  await writeInventory(directory, inventory);
  expect(await readInventory(directory)).toEqual(inventory);
  expect(await readdir(directory)).toEqual(["inventory.json"]);
});

test("a lab that is not up says so", async () => {
  await expect(readInventory(join(root, "none"))).rejects.toThrow(InventoryError);
  await expect(readInventory(join(root, "none"))).rejects.toThrow(
    /^the lab is not up: it has no inventory\n {2}→ at .*none\/inventory\.json\n {2}why .*\n {2}fix {2}deploy the lab first/,
  );
});

const node = inventory.nodes["r1"]!;
const iosNode = {
  address: "10.213.0.12",
  port: 22,
  username: "admin",
  passwordFile: "ios/password",
  hostKeyFile: "ios/r3.hostkey",
};
test.each([
  ["{", "it is not JSON"],
  ["[]", "it is not an object"],
  [{ ...inventory, format: "tunnelwright-inventory/2" }, 'format is "tunnelwright-inventory/2", this program knows'],
  [{ ...inventory, lab: 1 }, "lab is not a name"],
  [{ ...inventory, identityFile: "" }, "identityFile is not a path"],
  [{ ...inventory, nodes: [] }, "nodes is not an object"],
  [{ ...inventory, nodes: { r1: null } }, "nodes.r1 is not an object"],
  [{ ...inventory, nodes: { "r 1": node } }, "not the name of a node"],
  [{ ...inventory, nodes: { r1: { ...node, address: "a b" } } }, "nodes.r1.address"],
  [{ ...inventory, nodes: { r1: { ...node, port: 0 } } }, "nodes.r1.port is 0, allowed is 1 to 65535"],
  [{ ...inventory, nodes: { r1: { ...node, hostKey: "ssh-ed25519 x" } } }, "nodes.r1.hostKey"],
  [{ ...inventory, iosNodes: [] }, "iosNodes is not an object"],
  [{ ...inventory, iosNodes: { r3: 1 } }, "iosNodes.r3 is not an object"],
  [{ ...inventory, iosNodes: { r3: { ...iosNode, port: 70000 } } }, "iosNodes.r3.port is 70000"],
  [{ ...inventory, iosNodes: { r3: { ...iosNode, passwordFile: "" } } }, "iosNodes.r3.passwordFile is not a text"],
])("a harmed inventory names the place: %j", async (document, words) => {
  await writeFile(join(root, "inventory.json"), typeof document === "string" ? document : JSON.stringify(document));
  await expect(readInventory(root)).rejects.toThrow(words);
  await expect(readInventory(root)).rejects.toThrow(InventoryError);
});

test("targets carry the lab's key; a missing key is told with its path", async () => {
  await expect(inventoryTargets(root, inventory)).rejects.toThrow(
    /the SSH key of lab demo cannot be read\n.*id_ed25519/,
  );
  await writeFile(join(root, "id_ed25519"), "the key");
  const targets = await inventoryTargets(root, inventory);
  expect([...targets.keys()]).toEqual(["r1", "r2"]);
  expect(targets.get("r2")).toEqual({ node: "r2", address: "fd00::2", port: 22, hostKey, privateKey: "the key" });
});

test("routers of IOS are opened by a password and the host key that was learnt; a missing file is told with its path", async () => {
  const withIos = { ...inventory, iosNodes: { r3: iosNode } };
  await writeInventory(root, withIos);
  expect(await readInventory(root)).toEqual(withIos);
  await mkdir(join(root, "ios"));
  await writeFile(join(root, "ios", "password"), "let-me-in\n");
  await expect(inventoryIosTargets(root, withIos)).rejects.toThrow(
    /the host key of r3 of lab demo cannot be read\n.*r3\.hostkey/,
  );
  await writeFile(join(root, "ios", "r3.hostkey"), `${hostKey}\n`);
  expect((await inventoryIosTargets(root, withIos)).get("r3")).toEqual({
    node: "r3",
    address: "10.213.0.12",
    port: 22,
    username: "admin",
    password: "let-me-in",
    hostKey,
  });
  expect(await inventoryIosTargets(root, inventory)).toEqual(new Map());
});

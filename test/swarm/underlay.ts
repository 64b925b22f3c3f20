/** The network between the engines: a bridge in a namespace of its own, a cable to each engine's. Nothing of it is in the machine's own. */
import { execa } from "execa";
import { addressText, isPrefix, parsePrefix } from "../../model/addresses.ts";
import { underlayNamespace } from "./engine-places.ts";

/** Ethernet's own: what a data centre that was not told otherwise has. */
export const underlayMtuBytes = 1500;

const bridge = "bridge";
const port = "eth0";

/** Lays the bridge, with an address of its own: whoever enters this namespace stands beside the engines, and reaches them. */
export async function layUnderlay(address: string): Promise<void> {
  await ip("netns", "add", underlayNamespace);
  await inUnderlay("link", "set", "lo", "up");
  await inUnderlay("link", "add", "name", bridge, "mtu", `${underlayMtuBytes}`, "type", "bridge");
  await inUnderlay("address", "add", address, "dev", bridge);
  await inUnderlay("link", "set", bridge, "up");
}

/** Makes the namespace and lays a cable from the bridge to it; its end there is eth0. */
export async function plugIn(engine: string, namespace: string, address: string): Promise<void> {
  const mtu = ["mtu", `${underlayMtuBytes}`];
  await ip("netns", "add", namespace);
  await ip("-n", namespace, "link", "set", "lo", "up");
  const farEnd = ["peer", "name", port, ...mtu, "netns", namespace];
  await inUnderlay("link", "add", "name", engine, ...mtu, "type", "veth", ...farEnd);
  await inUnderlay("link", "set", "dev", engine, "master", bridge, "up");
  await ip("-n", namespace, "address", "add", address, "dev", port);
  await ip("-n", namespace, "link", "set", port, "up");
}

/** Takes the cable away: whatever the engine still sends, a farewell too, reaches nobody. */
export async function unplug(engine: string): Promise<void> {
  await inUnderlay("link", "delete", "dev", engine);
}

/**
 * The n-th address of the network, with its prefix length; the bridge has the last one.
 * @throws Error when the network is none, or has no such address.
 */
export function underlayAddress(network: string, which: number | "bridge"): string {
  const prefix = parsePrefix(network);
  if (!isPrefix(prefix)) throw new Error(`the engines' network: ${prefix.problem}`);
  const value = which === "bridge" ? prefix.last - 1 : prefix.first + which;
  if (value >= prefix.last - (which === "bridge" ? 0 : 1))
    throw new Error(`${network} is too small for so many engines`);
  return `${addressText(value)}/${prefix.prefixLength}`;
}

const inUnderlay = (...args: string[]): Promise<void> => ip("-n", underlayNamespace, ...args);

async function ip(...args: string[]): Promise<void> {
  await execa("ip", args);
}

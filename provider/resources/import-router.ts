/** Taking over a router that Terraform does not know: one that lost its state, or one that was set up by hand. */
import { wayState } from "./relay-way.ts";
import { dirname, basename, isAbsolute, join } from "node:path";
import { listLabParts } from "../../devices/lab-leftovers.ts";
import { inventoryTargets, readInventory } from "../../devices/inventory.ts";
import type { RouterReading } from "../../devices/router-config.ts";
import { readAllRouting } from "../../dialects/frr/read.ts";
import { readAllInterfaces } from "../../dialects/iproute2/read.ts";
import type { State } from "../schema/attributes.ts";
import type { routerConfigAttributes } from "../schema/resources.ts";
import { ProviderError } from "../sdk/diagnostics.ts";
import { liveSections } from "./live-sections.ts";

type RouterState = State<typeof routerConfigAttributes>;

/**
 * The place of a router by its import id, `DIRECTORY/NODE`: the lab's folder and the node's name. Its address and its pinned host
 * key come from the lab's inventory, so that an import trusts nobody at first sight.
 */
export async function placeOfRouter(id: string): Promise<Partial<RouterState>> {
  const directory = dirname(id);
  const node = basename(id);
  const shape = `The id of a router's configuration is DIRECTORY/NODE, the lab's absolute folder and the node's name: /home/me/lab/.tunnelwright/gre-over-ipsec/r1.`;
  if (!isAbsolute(id) || directory === "/") throw new ProviderError(`«${id}» names no router`, shape);
  const inventory = await readInventory(directory).catch((error: unknown) => {
    throw new ProviderError(
      `«${id}» names no router`,
      `${error instanceof Error ? error.message : String(error)}\n${shape}`,
    );
  });
  const target = (await inventoryTargets(directory, inventory)).get(node);
  if (!target) {
    const known = Object.keys(inventory.nodes).join(", ");
    throw new ProviderError(`the lab ${inventory.lab} has no node ${node}`, `It has ${known}. ${shape}`);
  }
  // Of an engine that does not answer nothing more is known, and the next apply says it.
  const parts = await listLabParts({ lab: inventory.lab, directory }).catch(() => null);
  const all = parts ? [...parts.known, ...parts.left] : [];
  return {
    id: node,
    node,
    host: target.address,
    port: target.port,
    host_key: target.hostKey,
    identity_file: join(directory, inventory.identityFile),
    through: wayState(target.through),
    container_id: all.find(({ name }) => name === `tw-${inventory.lab}-${node}`)?.id ?? null,
  };
}

/** The revision of a router that was set up by hand and was never pushed to. */
const setUpByHand = "set up by hand";

/** Whether the state is that of an import that was not read yet, or that was not pushed to since. */
export function isTakenOver(state: RouterState): boolean {
  return (state.interfaces as string | null) === null || state.revision === setUpByHand;
}

/** What an import finds on the router: what it keeps of ours, else what somebody set up by hand. */
export function importedState(state: RouterState, reading: RouterReading): RouterState {
  const { kept, live } = reading;
  const template = live.template ?? "";
  const { links = "[]", addresses = "[]", routes = "[]", routes6 = "[]" } = live;
  const sections = kept
    ? liveSections(reading, kept)
    : {
        sysctl: "",
        firewall: "",
        interfaces: readAllInterfaces({ links, addresses, routes, routes6 }),
        ipsec: live.ipsec ?? "",
        routing: readAllRouting(live.routing ?? ""),
        keepalive: live.keepalive ?? "",
      };
  return {
    ...state,
    ...sections,
    ipsec_secrets: template,
    pre_shared_keys_version: template === "" ? 0 : 1,
    revision: reading.set ?? setUpByHand,
  };
}

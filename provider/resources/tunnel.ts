import { LinuxSession } from "../../devices/linux-session.ts";
import { inventoryTargets, readInventory } from "../../devices/inventory.ts";
import { parseOspfNeighbors } from "../../dialects/frr/read-neighbors.ts";
import { parseLinkStates } from "../../dialects/iproute2/read-link.ts";
import { parseIkeSas, type IkeSaState } from "../../dialects/strongswan/read-sas.ts";
import type { LabProvider } from "../lab-provider.ts";
import { tunnelAttributes } from "../schema/resources.ts";
import { defineDataSource } from "../sdk/definitions.ts";
import { ProviderError } from "../sdk/diagnostics.ts";

const reachDeadlineMs = 10_000;

/** Data source `tunnelwright_tunnel`: how a tunnel stands at one of its routers, read over SSH at every plan. */
export const tunnel = defineDataSource<LabProvider, typeof tunnelAttributes>({
  description:
    "How a tunnel stands at one of its routers, read over SSH at every plan. Assert it from outside a `check` block: a data source inside one makes `terraform plan -detailed-exitcode` end with 2 for ever.",
  attributes: tunnelAttributes,
  async read({ provider, signal }, { directory, node, tunnel: name }) {
    try {
      const inventory = await readInventory(directory);
      const target = (await inventoryTargets(directory, inventory)).get(node);
      if (!target)
        throw new ProviderError(
          `the lab ${inventory.lab} has no node ${node}`,
          `It has ${Object.keys(inventory.nodes).join(", ")}.`,
          { attribute: "node" },
        );
      const facts = await provider.pool.withSession(target, (session) => ask(session, name, signal), {
        connectTimeoutMs: reachDeadlineMs,
        signal,
      });
      return { directory, node, tunnel: name, id: `${node}/${name}`, ...facts };
    } catch (error) {
      if (error instanceof ProviderError || !(error instanceof Error)) throw error;
      throw new ProviderError(`The tunnel ${name} of ${node} could not be read`, error.message, { cause: error });
    }
  },
});

async function ask(session: LinuxSession, name: string, signal: AbortSignal) {
  const [links, sas, neighbors] = await Promise.all([
    session.run(["ip", "-json", "-details", "link", "show"], { signal }),
    session.run(["swanctl", "--list-sas", "--raw"], { signal }),
    session.run(["vtysh", "-d", "ospfd", "-c", "show ip ospf neighbor json"], { signal }),
  ]);
  const link = parseLinkStates(links.stdout).find((each) => each.name === name);
  const gre = link?.gre;
  if (!link || !gre)
    throw new ProviderError(`${session.node} has no tunnel ${name}`, "Its GRE interfaces are made by router_config.", {
      attribute: "tunnel",
    });
  // A router that runs neither charon nor ospfd has neither SAs nor neighbours.
  const ike = sas.exitCode === 0 ? newest(parseIkeSas(sas.stdout).filter((each) => each.name === name)) : undefined;
  const child = ike?.children.find(({ state }) => state === "INSTALLED");
  const neighbor =
    neighbors.exitCode === 0
      ? parseOspfNeighbors(neighbors.stdout).find((each) => each.interfaceName === name)
      : undefined;
  return {
    interface_up: link.up,
    esp_installed: child !== undefined,
    local_outer_address: gre.local,
    remote_outer_address: gre.remote,
    ip_mtu_bytes: link.mtuBytes,
    ike_state: ike?.state ?? "NONE",
    ike_version: ike?.version ?? 0,
    ipsec_mode: child?.mode ?? "",
    esp_encryption: child?.encryption ?? "",
    esp_integrity: child?.integrity ?? "",
    ospf_neighbor_state: neighbor?.state ?? "",
  };
}

/** While keys are changed there are two: the one that traffic uses. */
function newest(sas: readonly IkeSaState[]): IkeSaState | undefined {
  return sas.find(({ state }) => state === "ESTABLISHED") ?? sas[0];
}

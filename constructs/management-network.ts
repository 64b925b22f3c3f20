import { Network } from "@cdktf/provider-docker/lib/network/index.js";
import type { DockerProvider } from "@cdktf/provider-docker/lib/provider/index.js";
import type { Construct } from "constructs";
import { managementSubnet, type AddressBlock } from "./address-block.ts";

/** What of a lab its management networks know. */
export interface ManagedLab extends Construct {
  readonly labName: string;
  readonly addressBlock: AddressBlock;
  labels(more: Readonly<Record<string, string>>): { label: string; value: string }[];
}

/**
 * The network of one engine by which SSH reaches the lab's nodes there.
 *
 * @param id its name in the stack
 * @param provider of the engine, where the lab has several
 */
export function addManagementNetwork(lab: ManagedLab, id: string, provider?: DockerProvider): Network {
  const { subnet, gateway } = managementSubnet(lab.addressBlock);
  const network = new Network(lab, id, {
    ...(provider && { provider }),
    name: `tw-${lab.labName}-management`,
    driver: "bridge",
    ipamConfig: [{ subnet, gateway }],
    options: { "com.docker.network.bridge.enable_ip_masquerade": "false" },
    labels: lab.labels({ role: "management" }),
  });
  network.overrideLogicalId(id);
  return network;
}

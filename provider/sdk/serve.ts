import type { Attributes } from "../schema/attributes.ts";
import type { ProviderDefinition } from "./definitions.ts";
import { ProviderService } from "./gen/tfplugin6.ts";
import { servePlugin } from "./go-plugin.ts";
import { makeServer } from "./server.ts";

/**
 * Serves the provider to Terraform until it is done: the whole of a provider's main file.
 * With `--debug` it waits for `terraform` runs that are given the TF_REATTACH_PROVIDERS line it prints.
 */
export function serveProvider<P, A extends Attributes>(definition: ProviderDefinition<P, A>): Promise<void> {
  return servePlugin({
    address: definition.address,
    service: ProviderService,
    ...makeServer(definition),
  });
}

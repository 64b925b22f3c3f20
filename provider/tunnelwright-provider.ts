/** The provider `tunnelwright`, whole: what the server serves, and what its documentation is written from. */
import { makeLabProvider, type LabProvider } from "./lab-provider.ts";
import { espOverhead, tunnelMtu } from "./functions/tunnel-sizes.ts";
import { iosConfig } from "./resources/ios-config.ts";
import { iosPreflight } from "./resources/ios-preflight.ts";
import { labAccess } from "./resources/lab-access.ts";
import { preSharedKey } from "./resources/pre-shared-key.ts";
import { routerConfig } from "./resources/router-config.ts";
import { tunnel } from "./resources/tunnel.ts";
import { verification } from "./resources/verification.ts";
import { providerAddress } from "./schema/resources.ts";
import type { ProviderDefinition } from "./sdk/definitions.ts";

/** Resources, data source, functions and ephemeral resource by the names that Terraform knows. */
export const tunnelwrightProvider: ProviderDefinition<LabProvider> = {
  address: providerAddress.source,
  configure: makeLabProvider,
  close: async ({ pool, ios, progress }) => {
    progress.close();
    await Promise.all([pool.close(), ios.close()]);
  },
  resources: {
    tunnelwright_lab_access: labAccess,
    tunnelwright_router_config: routerConfig,
    tunnelwright_ios_config: iosConfig,
    tunnelwright_ios_preflight: iosPreflight,
    tunnelwright_verification: verification,
  },
  dataSources: { tunnelwright_tunnel: tunnel },
  functions: { esp_overhead: espOverhead, tunnel_mtu: tunnelMtu },
  ephemeral: { tunnelwright_pre_shared_key: preSharedKey },
};

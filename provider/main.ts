/** Terraform starts this file. */
import { serveProvider } from "./sdk/serve.ts";
import { tunnelwrightProvider } from "./tunnelwright-provider.ts";

void serveProvider(tunnelwrightProvider);

import type { LabProvider } from "../provider/lab-provider.ts";
import type { ProviderDefinition } from "../provider/sdk/definitions.ts";

/** The folders below docs/ that hold these pages alone. */
export const providerPageFolders: readonly string[];
/**
 * What Terraform's registry shows of a provider: path below docs/ → text.
 * @throws Error naming every object, attribute and parameter without a description, and every example that is not there.
 */
export function providerPages(provider?: ProviderDefinition<LabProvider>): Record<string, string>;

/** Bundles a provider into one executable file that needs Node.js and /bin/sh, nothing else. */
export function bundleProvider(entry: string, outFile: string): Promise<void>;

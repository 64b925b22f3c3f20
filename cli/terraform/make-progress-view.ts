import type { ProgressView } from "./progress-view.ts";

/** How much is shown. */
export interface ViewOptions {
  /** Nothing but sentences that somebody must read. */
  readonly quiet?: boolean;
  /** A line for each thing that happens, also on a terminal. */
  readonly verbose?: boolean;
}

/** The fitting one; what a live list needs is loaded only then. */
export async function makeProgressView({ quiet = false, verbose = false }: ViewOptions): Promise<ProgressView> {
  if (quiet) return quietView;
  const isTerminal = process.stderr.isTTY && process.env.TERM !== "dumb" && !process.env.CI;
  if (isTerminal && !verbose) return (await import("./live-list.ts")).makeLiveList();
  return (await import("./plain-lines.ts")).makePlainLines((line) => process.stderr.write(line));
}

const quietView: ProgressView = {
  step: (_title, work) => work(),
  watch: async (groups) => {
    await Promise.all(groups.map(({ ended }) => ended));
  },
  say: (text) => console.error(text),
};

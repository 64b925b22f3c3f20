/** How a command shows its work: as a live list on a terminal, as lines elsewhere, or not at all. Always on standard error. */
import type { WorkGroup } from "./work-group.ts";

/** Shows work while it is done, one step after the other. */
export interface ProgressView {
  /** Does the work under the title; `told` says in a few words what came of it. What the work throws is thrown on. */
  step<T>(title: string, work: () => Promise<T>, told: (result: T) => string): Promise<T>;
  /** Shows the groups side by side until all of them ended. */
  watch(groups: readonly WorkGroup[]): Promise<void>;
  /** A sentence, or several lines, between steps. */
  say(text: string): void;
}

/** The checks of a run while it is under way: which looks, which waits for what, which ended and how. */
import type { LabProgress } from "../../model/lab-progress.ts";
import type { PlannedCheck } from "../../model/plan-document.ts";
import { WorkGroup } from "./work-group.ts";

/** Hears each check begin and end. */
export class CheckWork {
  readonly group: WorkGroup;
  readonly #checks: ReadonlyMap<string, PlannedCheck>;
  readonly #ended = new Set<string>();

  constructor(checks: readonly PlannedCheck[], nowMs: () => number) {
    this.#checks = new Map(checks.map((check) => [check.id, check]));
    this.group = new WorkGroup("checks", checks.length, nowMs, () => this.#waiting());
  }

  onProgress(progress: LabProgress): void {
    if (progress.kind === "check-begins") this.group.atWork(progress.id, "looks");
    else if (progress.kind === "check-waits") this.group.stillAtWork(progress.id, progress.seen);
    else if (progress.kind === "check-ends") {
      const { id, verdict, blockedBy } = progress.check;
      this.#ended.add(id);
      if (verdict === "pass") this.group.done(id, "pass");
      else this.group.failed(id, blockedBy.length > 0 ? `${verdict}, blocked by ${blockedBy.join(", ")}` : verdict);
    }
  }

  /** Once any has begun: each check that has not, with the first that it needs and has not ended. */
  #waiting(): { readonly name: string; readonly text: string }[] {
    if (this.group.items.length === 0 && this.#ended.size === 0) return [];
    const begun = new Set(this.group.items.map(({ name }) => name));
    return [...this.#checks.values()].flatMap(({ id, needs, after }) => {
      if (begun.has(id) || this.#ended.has(id)) return [];
      const awaited = [...needs, ...after].find((other) => this.#checks.has(other) && !this.#ended.has(other));
      return awaited === undefined ? [] : [{ name: id, text: `waits for ${awaited}` }];
    });
  }
}

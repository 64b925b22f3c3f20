/** Things of one kind that are worked at side by side: a lab's networks, its nodes, its checks. */

/** What is being done to one of them. */
export interface WorkItem {
  readonly name: string;
  readonly text: string;
  readonly sinceMs: number;
}

/** Something that changed, for who prints a line for each. */
export interface WorkNews {
  readonly name: string;
  readonly text: string;
  readonly state: "at work" | "done" | "failed";
  /** From when it was begun. */
  readonly tookMs: number;
}

/** Told what begins and ends; keeps what is at work now, and how many are done. */
export class WorkGroup {
  /** `nodes` */
  readonly title: string;
  /** How many there will be. */
  readonly count: number;
  /** Resolves when the last is done, or {@link close} says that there will be no more; never rejects. */
  readonly ended: Promise<void>;
  /** What has not begun, and why: a line each. */
  readonly queued: () => readonly { readonly name: string; readonly text: string }[];
  readonly #nowMs: () => number;
  readonly #items = new Map<string, WorkItem & { readonly begunMs: number }>();
  readonly #settled = new Map<string, "done" | "failed">();
  readonly #listeners = new Set<(news: WorkNews) => void>();
  #end: () => void = () => undefined;

  constructor(title: string, count: number, nowMs: () => number, queued: WorkGroup["queued"] = () => []) {
    this.title = title;
    this.count = count;
    this.queued = queued;
    this.#nowMs = nowMs;
    this.ended = new Promise((resolve) => (this.#end = resolve));
  }

  get doneCount(): number {
    return [...this.#settled.values()].filter((state) => state === "done").length;
  }

  get failedCount(): number {
    return this.#settled.size - this.doneCount;
  }

  /** What is at work, the longest first. */
  get items(): readonly WorkItem[] {
    return [...this.#items.values()];
  }

  /** Begins it, or says what is done to it now. */
  atWork(name: string, text: string): void {
    const sinceMs = this.#nowMs();
    const begunMs = this.#items.get(name)?.begunMs ?? sinceMs;
    this.#items.set(name, { name, text, sinceMs, begunMs });
    this.#tell(name, text, "at work", begunMs);
  }

  /** Says what is done to it now where it is looked at, which is not worth a line of its own. */
  stillAtWork(name: string, text: string): void {
    const item = this.#items.get(name);
    if (item) this.#items.set(name, { ...item, text });
  }

  done(name: string, text: string): void {
    this.#settle(name, text, "done");
  }

  failed(name: string, text: string): void {
    this.#settle(name, text, "failed");
  }

  /** There will be no more: what is at work was given up. */
  close(): void {
    this.#items.clear();
    this.#end();
  }

  onNews(listener: (news: WorkNews) => void): void {
    this.#listeners.add(listener);
  }

  #settle(name: string, text: string, state: "done" | "failed"): void {
    const begunMs = this.#items.get(name)?.begunMs ?? this.#nowMs();
    this.#items.delete(name);
    this.#settled.set(name, state);
    this.#tell(name, text, state, begunMs);
    if (this.#settled.size >= this.count) this.#end();
  }

  #tell(name: string, text: string, state: WorkNews["state"], begunMs: number): void {
    for (const listener of this.#listeners) listener({ name, text, state, tookMs: this.#nowMs() - begunMs });
  }
}

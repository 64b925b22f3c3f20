/** What a demo told: the document that its folder keeps, and that reports/ shows. */

/** A quantity: as it was predicted, and as it was seen. */
export interface DemoRow {
  readonly quantity: string;
  readonly predicted: string;
  readonly seen: string;
  readonly agrees: boolean;
}

/** Two worlds side by side: a line for each packet. */
export interface TwoWorlds {
  /** As the vendor's document has it. */
  readonly ios: readonly string[];
  /** As the routers here do it. */
  readonly linux: readonly string[];
}

/** One step of a demo. */
export interface DemoStep {
  readonly title: string;
  /** What is done and why, in a few sentences. */
  readonly explanation: string;
  readonly rows: readonly DemoRow[];
  /** `null` where the two do not differ in kind. */
  readonly worlds: TwoWorlds | null;
  /** Names of the captures in the demo's folder. */
  readonly captures: readonly string[];
  /** When things happened; it differs between runs. @default - nothing is told by time */
  readonly timeline?: DemoTimeline;
}

/** Things that happened side by side, each in a lane of its own from the same zero. */
export interface DemoTimeline {
  /** What happened at zero. */
  readonly zero: string;
  readonly lanes: readonly TimelineLane[];
}

/** One lane; times in milliseconds after zero. */
export interface TimelineLane {
  readonly name: string;
  /** When it was to happen; `null` where never. */
  readonly window: { readonly leastMs: number; readonly mostMs: number } | null;
  /** What happened when, in one letter and in words: `N`, `r1 notices`. */
  readonly marks: readonly { readonly letter: string; readonly words: string; readonly atMs: number }[];
}

/** A demo as it was run. */
export interface DemoResult {
  readonly format: "tunnelwright-demo/1";
  readonly demo: string;
  readonly labs: readonly [string, ...string[]];
  readonly title: string;
  readonly startedAt: string;
  readonly durationMs: number;
  readonly steps: readonly DemoStep[];
  /** Every row agrees. */
  readonly agrees: boolean;
}

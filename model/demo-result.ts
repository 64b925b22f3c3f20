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
}

/** A demo as it was run. */
export interface DemoResult {
  readonly format: "tunnelwright-demo/1";
  readonly demo: string;
  readonly lab: string;
  readonly title: string;
  readonly startedAt: string;
  readonly durationMs: number;
  readonly steps: readonly DemoStep[];
  /** Every row agrees. */
  readonly agrees: boolean;
}

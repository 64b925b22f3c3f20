/** The text of docs/bench.md. */
export declare function benchPage(): string;

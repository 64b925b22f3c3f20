/** The text of docs/faults.md. */
export function faultPage(): string;

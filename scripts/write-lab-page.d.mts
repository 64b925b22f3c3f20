/** The text of docs/labs.md. */
export function labPage(): string;

/** The text of docs/survival.md. */
export function survivalPage(): string;

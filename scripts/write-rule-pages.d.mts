/** `mtu/exceeds-path` → `mtu-exceeds-path`. */
export function pageName(ruleId: string): string;
/** The page of a rule. */
export function rulePage(ruleId: string): string;
/** The list of all pages. */
export function rulesIndex(): string;
/** File name → text, all that belongs into docs/rules. */
export function rulePages(): Record<string, string>;

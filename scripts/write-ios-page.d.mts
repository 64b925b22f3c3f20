/** The text of docs/ios.md. */
export function iosPage(): string;

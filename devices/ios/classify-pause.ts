import { pagerPattern, promptPattern, questions, trustedHostnameLength, type QuestionName } from "./ios-platform.ts";

/** A prompt, as the device shows it. */
export interface Prompt {
  /** In the modes of configuration it may be cut. */
  readonly hostname: string;
  /** `config-if`, `ipsec-profile`; `null` in exec mode. */
  readonly mode: string | null;
  /** `>` may look, `#` may do. */
  readonly level: "user" | "privileged";
}

/** What a line that does not end is waiting for. */
export type Pause =
  | { readonly kind: "prompt"; readonly text: string; readonly prompt: Prompt }
  | { readonly kind: "pager"; readonly text: string }
  | { readonly kind: "question"; readonly text: string; readonly question: QuestionName }
  /** Nothing, or a line that is still being printed. */
  | { readonly kind: "text"; readonly text: string };

/** With the forms of `service sequence-numbers` and `service timestamps log`. */
const messageBehind =
  /^(.*?)((?:\d+: )?(?:[*.]?[A-Z][a-z]{2} +\d+ [\d:.]+(?: [A-Z]+)?: |[\d:wdhy.]+: )?%[A-Z][A-Z0-9_-]*-[0-7]-[A-Z0-9_]+:.*)$/;

/** No prompt and no question is longer. */
const longestPause = 400;

/** What the text at the cursor is; a prompt begins with one of the hostnames, with any while there are none. */
export function classifyPause(text: string, hostnames: readonly string[]): Pause {
  if (text === "" || text.length > longestPause) return { kind: "text", text };
  const prompt = parsePrompt(text, hostnames);
  if (prompt) return { kind: "prompt", text, prompt };
  if (pagerPattern.test(text)) return { kind: "pager", text };
  const question = questions.find(([, pattern]) => pattern.test(text))?.[0];
  return question === undefined ? { kind: "text", text } : { kind: "question", text, question };
}

/** The prompt that the text is, the whole of it, or `null`. */
export function parsePrompt(text: string, hostnames: readonly string[]): Prompt | null {
  const match = promptPattern.exec(text);
  const [, hostname = "", mode, sign] = match ?? [];
  if (!match || mode === "tcl") return null;
  if (hostnames.length > 0 && !hostnames.some((name) => isName(hostname, name))) return null;
  return { hostname, mode: mode ?? null, level: sign === "#" ? "privileged" : "user" };
}

/** The prompt that the text begins with, and what stands behind it: an echo, or a message of the system. */
export function splitAtPrompt(
  text: string,
  hostnames: readonly string[],
): { prompt: Prompt; shown: string; rest: string } | null {
  const shown = /^[^\s>#]{1,130}[>#]/.exec(text)?.[0];
  const prompt = shown === undefined ? null : parsePrompt(shown, hostnames);
  return prompt && shown !== undefined ? { prompt, shown, rest: text.slice(shown.length).trimStart() } : null;
}

/** A message of the system behind a prompt, a question or the pager is a line of its own. */
export function partMessage(line: string, hostnames: readonly string[]): string[] {
  const [, before = "", message = ""] = messageBehind.exec(line) ?? [];
  if (message === "" || before.trim() === "") return [line];
  const { kind } = classifyPause(before.trimEnd(), hostnames);
  return kind === "text" ? [line] : [before.trimEnd(), message];
}

function isName(shown: string, hostname: string): boolean {
  return shown === hostname || (shown.length >= trustedHostnameLength && hostname.startsWith(shown));
}

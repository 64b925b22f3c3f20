import { harmless } from "../../model/harmless.ts";
import { sayDuration } from "../../reports/say-duration.ts";
import type { ProgressView } from "./progress-view.ts";

/** A line for each thing that begins or ends: what a log keeps. */
export function makePlainLines(write: (line: string) => void, nowMs = () => performance.now()): ProgressView {
  const line = (mark: string, text: string): void => write(`${mark} ${harmless(text)}\n`);
  return {
    async step(title, work, told) {
      const startMs = nowMs();
      line("…", title);
      const result = await work().catch((error: unknown) => {
        line("✖", `${title} (${sayDuration(nowMs() - startMs)})`);
        throw error;
      });
      line("✔", `${told(result)} (${sayDuration(nowMs() - startMs)})`);
      return result;
    },
    async watch(groups) {
      for (const group of groups)
        group.onNews(({ name, text, state, tookMs }) => {
          if (state === "at work") line("…", `${group.title}: ${name} ${text}`);
          else line(state === "done" ? "✔" : "✖", `${group.title}: ${name} ${text} (${sayDuration(tookMs)})`);
        });
      await Promise.all(groups.map(({ ended }) => ended));
    },
    say: (text) => write(`${text}\n`),
  };
}

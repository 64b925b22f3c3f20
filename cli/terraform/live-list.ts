import { DefaultRenderer, Listr, ListrLogger, ProcessOutput } from "listr2";
import { harmless } from "../../model/harmless.ts";
import { sayDuration } from "../../reports/say-duration.ts";
import type { ProgressView } from "./progress-view.ts";
import type { WorkGroup } from "./work-group.ts";

/** Standard output is the result's: it may be a file while standard error is a terminal. */
class StderrRenderer extends DefaultRenderer {
  static override nonTTY = true;
}

const redrawEveryMs = 250;
/** So that the list is shorter than the terminal: what it cannot show it counts. */
const spareRows = 8;
const nameColumns = 28;

const options = {
  renderer: StderrRenderer,
  // An interruption is the caller's to answer.
  registerSignalListeners: false,
  concurrent: true,
  exitOnError: false,
} as const;

/** A list that is redrawn in place: a line a step, and under each group what is at work in it now. */
export function makeLiveList(nowMs = () => performance.now()): ProgressView {
  const rendererOptions = () => ({
    logger: new ListrLogger({ useIcons: true, processOutput: new ProcessOutput(process.stderr, process.stderr) }),
    formatOutput: "truncate" as const,
    showErrorMessage: false,
    collapseErrors: false,
  });
  return {
    async step(title, work, told) {
      const startMs = nowMs();
      let outcome: Awaited<ReturnType<typeof work>> | undefined;
      await new Listr(
        [
          {
            title,
            task: async (_context, task) => {
              outcome = await work();
              task.title = withTime(told(outcome), nowMs() - startMs);
            },
          },
        ],
        { ...options, exitOnError: true, rendererOptions: rendererOptions() },
      ).run();
      return outcome as Awaited<ReturnType<typeof work>>;
    },
    async watch(groups) {
      const startMs = nowMs();
      const rows = Math.max(4, Math.floor(((process.stderr.rows || 24) - spareRows) / Math.max(1, groups.length)));
      await new Listr(
        groups.map((group) => ({
          title: titleOf(group),
          task: async (_context: unknown, task: { title: string; output: string }) => {
            const draw = (): void => {
              task.title = titleOf(group);
              task.output = linesOf(group, rows, nowMs()).join("\n");
            };
            draw();
            const timer = setInterval(draw, redrawEveryMs);
            await group.ended.finally(() => clearInterval(timer));
            task.title = withTime(titleOf(group), nowMs() - startMs);
            if (group.failedCount > 0 || group.doneCount < group.count) throw new Error(titleOf(group));
          },
          rendererOptions: { outputBar: 1 },
        })),
        { ...options, rendererOptions: rendererOptions() },
      ).run();
    },
    say: (text) => console.error(text),
  };
}

const withTime = (text: string, ms: number): string => `${text}  \u001b[2m${sayDuration(ms)}\u001b[22m`;

/** `nodes: 3 of 5` */
export function titleOf({ title, doneCount, failedCount, count }: WorkGroup): string {
  return `${title}: ${doneCount} of ${count}${failedCount > 0 ? `, ${failedCount} not` : ""}`;
}

/** What is at work, the longest first, then what waits, in so many rows; what does not fit is counted in the last. */
export function linesOf(group: WorkGroup, rows: number, nowMs: number): string[] {
  const seconds = (sinceMs: number): string => `${Math.floor((nowMs - sinceMs) / 1000)} s`;
  const lines = [
    ...group.items.map(({ name, text, sinceMs }) => row(name, `${text}  ${seconds(sinceMs)}`)),
    ...group.queued().map(({ name, text }) => row(name, text)),
  ];
  return lines.length <= rows ? lines : [...lines.slice(0, rows - 1), `and ${lines.length - rows + 1} more`];
}

const row = (name: string, text: string): string => `${harmless(name).padEnd(nameColumns)} ${harmless(text)}`;

/** One line a step: live on a terminal (with the last line of what runs), plain elsewhere. */

const frames = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
const nameWidth = 18;

/** @typedef {ReturnType<typeof makeProgress>} Progress */

/** @param {{ write: (text: string) => unknown, isTTY?: boolean, columns?: number }} out */
export function makeProgress(out) {
  const live = Boolean(out.isTTY) && process.env.TERM !== "dumb";
  /** @type {NodeJS.Timeout | undefined} */
  let ticking;
  const clear = () => {
    clearInterval(ticking);
    if (live) out.write("\r\x1b[K");
  };
  return {
    /** @param {string} text */
    say(text) {
      clear();
      out.write(`${text}\n`);
    },
    /**
     * Shows that a step has begun; the function it gives tells news of it.
     * @param {string} name
     */
    begin(name) {
      const began = performance.now();
      let news = "";
      let frame = 0;
      if (!live) out.write(`  … ${name.padEnd(nameWidth)} begins\n`);
      const draw = () => {
        frame = (frame + 1) % frames.length;
        const line = `  ${frames[frame]} ${name.padEnd(nameWidth)} ${seconds(performance.now() - began)}  ${news}`;
        out.write(`\r\x1b[K${line.slice(0, (out.columns || 80) - 1)}`);
      };
      if (live) ticking = setInterval(draw, 100).unref();
      return (/** @type {string} */ text) => {
        // eslint-disable-next-line no-control-regex
        news = text.replaceAll(/\x1b\[[0-9;]*[A-Za-z]|[\r\t]/g, " ");
      };
    },
    /**
     * @param {"✔" | "✖" | "·"} mark
     * @param {string} name
     * @param {string} told
     * @param {number} [milliseconds] left out for a look that took no time worth telling
     */
    end(mark, name, told, milliseconds) {
      clear();
      const time = milliseconds === undefined ? "" : `  (${seconds(milliseconds)})`;
      out.write(`  ${mark} ${name.padEnd(nameWidth)} ${told}${time}\n`);
    },
  };
}

/** @param {number} milliseconds */
export function seconds(milliseconds) {
  if (milliseconds < 60_000) return `${(milliseconds / 1000).toFixed(1)} s`;
  return `${Math.floor(milliseconds / 60_000)} min ${Math.round((milliseconds % 60_000) / 1000)} s`;
}

/** An image from the machine's own engine to others. */
import { execa } from "execa";
import type { Engine } from "./engine.ts";

/** Longer than a busy machine takes for a hundred megabytes. */
const loadDeadlineMs = 180_000;

/**
 * Hands the image to all the engines at once; it is read one time only.
 * @throws Error what docker said, when the machine's engine has no such image or one of the others does not take it.
 */
export async function loadImage(image: string, engines: readonly Engine[], signal?: AbortSignal): Promise<void> {
  const options = { timeout: loadDeadlineMs, ...(signal && { cancelSignal: signal }) };
  const save = execa("docker", ["save", image], { ...options, buffer: { stdout: false } });
  await Promise.all([
    save,
    ...engines.map(({ dockerHost }) => save.pipe("docker", ["--host", dockerHost, "load", "--quiet"], options)),
  ]);
}

/** The scripts are plain JavaScript that runs before any package is there: the tests reach them by name, with these types. */
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { onTestFinished } from "vitest";

export const scripts = resolve(import.meta.dirname, "../../../scripts");

export interface Context {
  readonly root: string;
  readonly working: string;
  readonly cache: string;
  readonly found: Record<string, string>;
}
type State =
  | { readonly ready: true; readonly told: string }
  | {
      readonly ready: false;
      readonly missing: string;
      readonly change: string;
      readonly needs?: readonly { folder: string; megabytes: number }[];
    };
export interface Step {
  readonly name: string;
  readonly why: string;
  look(context: Context): Promise<State>;
  mend?(context: Context, note: (text: string) => void): Promise<string>;
}
export type Progress = object;

/** A module of scripts/, typed by the caller. */
export async function load(path: string): Promise<Record<string, unknown>> {
  return (await import(join(scripts, path))) as Record<string, unknown>;
}

const { makeContext } = (await load("setup.d/context.mjs")) as { makeContext: (given: object) => Context };
const { makeProgress } = (await load("setup.d/progress.mjs")) as { makeProgress: (out: object) => Progress };

/** A context whose every place lies in a folder of the test's own. */
export function contextIn(folder: string, given: object = {}): Context {
  return makeContext({
    root: folder,
    env: { PATH: join(folder, "bin"), HOME: folder },
    arch: "x64",
    platform: "linux",
    defaultSocket: join(folder, "docker.sock"),
    statfs: () => Promise.resolve({ bavail: 50_000_000, bsize: 1000 }),
    ...given,
  });
}

/** A folder that the test's end removes. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "tunnelwright-setup-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A plain progress display and all that it said, times masked. */
export function spokenProgress(): { readonly progress: Progress; readonly said: () => string } {
  let text = "";
  const progress = makeProgress({ write: (part: string) => (text += part) });
  return { progress, said: () => text.replaceAll(/\d+\.\d s/g, "T s") };
}

/** A Docker engine's socket with answers by "METHOD path" (of the path without its query); gives what it was asked. */
export async function fakeEngine(socket: string, answers: Record<string, unknown>): Promise<readonly string[]> {
  const asked: string[] = [];
  const server = createServer((request: IncomingMessage, response) => {
    const question = `${request.method ?? ""} ${request.url?.split("?")[0] ?? ""}`;
    asked.push(question);
    const answer = answers[question];
    response.statusCode = answer === undefined ? 404 : 200;
    response.end(JSON.stringify(answer ?? { message: "no such thing" }));
  });
  await new Promise<void>((listening) => server.listen(socket, listening));
  onTestFinished(() => void server.close());
  return asked;
}

/** The text of the error a promise ends with. */
export async function complaint(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("nothing was complained about");
}

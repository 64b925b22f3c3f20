/** The image's program that runs commands, as sshd starts it: by its path, and as the shell that is told to start it. */
import { execa } from "execa";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { execProgram } from "../../../devices/command-frame.ts";
import { buildProgram, type BuiltProgram } from "./build-program.ts";

let program: BuiltProgram;
beforeAll(async () => {
  program = await buildProgram([join(import.meta.dirname, "../../../images/router/exec/exec.c")]);
}, 60_000);
afterAll(() => program.remove());

const run = (input: string, words: readonly string[] = []) => execa(program.path, words, { input, reject: false });

test("what follows the frame is the command's own input, to the byte", async () => {
  const { stdout, exitCode } = await run("1\0cat\0one\0two\nthree");
  expect([stdout, exitCode]).toEqual(["one\0two\nthree", 0]);
});

test("words are taken literally, empty ones too", async () => {
  const { stdout } = await run("5\0printf\0<%s>\0$HOME\0\0`id`\0");
  expect(stdout).toBe("<$HOME><><`id`>");
});

test.each([
  ["nothing", ""],
  ["no number", "x\0true\0"],
  ["no command", "0\0"],
  ["a number that begins with 0", "01\0true\0"],
  ["a negative number", "-1\0true\0"],
  ["more words than there are", "2\0true\0"],
  ["more than 9999 words", `10000\0${"x\0".repeat(10_000)}`],
  ["a word that the input ended in", "1\0true"],
  ["a signal that is not known", "1 KILL\0true\0"],
  ["something behind the number", "1x\0true\0"],
  ["more than a mebibyte", `1\0${"x".repeat(1 << 20)}\0`],
])("%s is a bad frame: 125, and nothing is run", async (_, input) => {
  const { exitCode, stdout, stderr } = await run(input);
  expect([exitCode, stdout, stderr]).toEqual([125, "", ""]);
});

test("9999 words are a frame", async () => {
  const { stdout } = await run(`9999\0echo\0${"x\0".repeat(9998)}`);
  expect(stdout.length).toBe(2 * 9998 - 1);
});

test("a program that is not there is 127, one that may not be run 126", async () => {
  expect(await run("1\0no-such-program\0")).toMatchObject({
    exitCode: 127,
    stderr: "exec: no-such-program: No such file or directory",
  });
  expect((await run("1\0/etc/passwd\0")).exitCode).toBe(126);
});

/** Starts a command that is told when the input ends. */
function start(frame: string) {
  const child = spawn(program.path, [], { stdio: ["pipe", "pipe", "inherit"] });
  child.stdin.write(frame);
  return { child, ended: once(child, "exit") as Promise<[number | null, NodeJS.Signals | null]> };
}

test.each([
  ["TERM", "SIGTERM"],
  ["INT", "SIGINT"],
])("%s when the input ends, and it ends as the command did", async (word, signal) => {
  const { child, ended } = start(`2 ${word}\0sleep\x0060\0`);
  // More input is nobody's.
  child.stdin.write("ignored");
  child.stdin.end();
  expect(await ended).toEqual([null, signal]);
});

test("INT waits until the command has done what lies before it; TERM does not", async () => {
  const work = "i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done; echo done";
  const script = `trap 'echo told; kill $! 2>/dev/null; exit 0' INT TERM; echo begun; ${work}; sleep 60 & wait`;
  const words: string[] = [];
  for (const signal of ["INT", "TERM"]) {
    const { child, ended } = start(`3 ${signal}\0sh\0-c\0${script}\0`);
    let said = "";
    child.stdout.on("data", (data) => {
      said += String(data);
      if (said === "begun\n") child.stdin.end();
    });
    await ended;
    child.stdout.destroy();
    words.push(said);
  }
  expect(words).toEqual(["begun\ndone\ntold\n", "begun\ntold\n"]);
});

test("one that never waits is told all the same", async () => {
  const { child, ended } = start("3 INT\0sh\0-c\0echo begun; while :; do :; done\0");
  await once(child.stdout, "data");
  child.stdin.end();
  expect(await ended).toEqual([null, "SIGINT"]);
});

test("a command that takes the signal ends with its own code, and what it says at last is kept", async () => {
  const script = "trap 'echo told; exit 7' TERM; echo ready; while :; do sleep 0.05; done";
  const { child, ended } = start(`3 TERM\0sh\0-c\0${script}\0`);
  let said = "";
  for await (const data of child.stdout) {
    said += String(data);
    if (said === "ready\n") child.stdin.end();
  }
  expect([said, await ended]).toEqual(["ready\ntold\n", [7, null]]);
});

test("one that ends by itself is not waited for, and has empty input", async () => {
  const { child, ended } = start("1 TERM\0cat\0");
  expect(await ended).toEqual([0, null]);
  child.stdin.destroy();
});

test("as root's shell it runs itself when told to, and is bash for everything else", async () => {
  const frame = "1\0cat\0as a shell";
  expect((await run(frame, ["-c", execProgram])).stdout).toBe("as a shell");
  expect((await run("", ["-c", "echo $0 $SHELL"])).stdout).toBe("bash /bin/bash");
  expect((await run("", ["-c", `${execProgram} `])).exitCode).toBe(127);
  expect((await run("echo $0", ["-s"])).stdout).toBe("bash");
  expect((await execa(program.path, { argv0: "-exec", input: "shopt -q login_shell && echo login" })).stdout).toBe(
    "login",
  );
});

/** A hub that many ask the same is asked once. */
import { describe, expect, test } from "vitest";
import { shareAnswers } from "../../../checks/share-answers.ts";
import type { CommandResult, Session } from "../../../model/session.ts";

describe("questions to a router", () => {
  const asked: string[] = [];
  const answers: ((stdout: string) => void)[] = [];
  const session = (node: string): Session => ({
    node,
    run: (argv) => {
      asked.push(`${node}: ${argv.join(" ")}`);
      return new Promise<CommandResult>((resolve) =>
        answers.push((stdout) => resolve({ argv, exitCode: 0, stdout, stderr: "", durationMs: 1 })),
      );
    },
    start: () => Promise.reject(new Error("nothing is started")),
  });
  const withSession = shareAnswers((node, work) => work(session(node)));
  const ask = (node: string, ...argv: string[]) => withSession(node, (each) => each.run(argv));

  test("the same at one moment is asked once, and anew when it was answered", async () => {
    const both = [ask("hub", "swanctl", "--list-sas", "--raw"), ask("hub", "swanctl", "--list-sas", "--raw")];
    expect(asked).toEqual(["hub: swanctl --list-sas --raw"]);
    answers.pop()!("sas");
    expect((await Promise.all(both)).map(({ stdout }) => stdout)).toEqual(["sas", "sas"]);
    void ask("hub", "swanctl", "--list-sas", "--raw");
    expect(asked).toHaveLength(2);
  });

  test("another router's, another question, and what does something are asked by themselves", () => {
    asked.length = 0;
    void ask("spoke1", "swanctl", "--list-conns", "--raw");
    void ask("hub", "swanctl", "--list-conns", "--raw");
    void ask("hub", "ping", "-c", "1", "10.64.0.1");
    void ask("hub", "ping", "-c", "1", "10.64.0.1");
    void ask("hub", "swanctl", "--load-creds");
    void ask("hub", "swanctl", "--load-creds");
    expect(asked).toHaveLength(6);
  });
});

import type { CommandResult, Session } from "../model/session.ts";
import type { LiveContext } from "./check-kind.ts";

type WithSession = LiveContext["on"];

/** What changes nothing and tells of a whole router, whoever asks: a hub is asked it for each of its tunnels. */
const shared: readonly (readonly string[])[] = [
  ["swanctl", "--list-sas"],
  ["swanctl", "--list-conns"],
  ["vtysh", "-d"],
  ["iptables-save"],
];

/**
 * The same sessions; but who asks a router what somebody is asking it at this moment is given the same answer. A hub of many tunnels
 * answers them one after the other, and each answer tells of all.
 */
export function shareAnswers(withSession: WithSession): WithSession {
  const asked = new Map<string, Promise<CommandResult>>();
  const sharing = (session: Session): Session => ({
    node: session.node,
    run(argv, options) {
      if (options?.input !== undefined || !shared.some((words) => words.every((word, index) => argv[index] === word)))
        return session.run(argv, options);
      const question = [session.node, ...argv].join("\0");
      const known = asked.get(question);
      if (known) return known;
      const answer = session.run(argv, options).finally(() => asked.delete(question));
      asked.set(question, answer);
      return answer;
    },
    start: (argv, options) => session.start(argv, options),
  });
  return (node, work) => withSession(node, (session) => work(sharing(session)));
}

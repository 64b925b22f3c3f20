import type { MakePeer } from "./peer.ts";

const lab = "gre-over-ipsec";

/** The lab gre-over-ipsec by our own verbs, proved to the last check. */
export const ours: MakePeer = ({ children, root }) => {
  const run = (...args: string[]) => children.run(process.execPath, ["dist/cli/main.js", ...args], { cwd: root });
  return {
    name: "Tunnelwright",
    does: "two routers, a provider and two hosts, each with a kernel of its own; GRE in ESP between them, OSPF over it, twelve checks",
    changed: null,
    prepare: () => Promise.resolve(null),
    up: () => run("up", lab, "--quiet"),
    isFull: null,
    down: () => run("down", lab, "--quiet"),
  };
};

/** Who is ended, when, and what heals it: data, for the live test and for docs/survival.md. */

/** When it happens: the first sign of a phase in what cdktf prints. */
export const phases = {
  containers: { title: "while containers are made", sign: /docker_container\.\w+: Creating\.\.\./ },
  pushes: { title: "while configurations are pushed", sign: /tunnelwright_router_config\.r1: Creating\.\.\./ },
  checks: { title: "while the checks run", sign: /tunnelwright_verification\.verification: Creating\.\.\./ },
} as const;
export type Phase = keyof typeof phases;

/** How it happens. */
export const blows = {
  "ctrl-c": "Ctrl-C: SIGINT to cdktf, Terraform and the providers at once",
  "term-cdktf": "SIGTERM to cdktf alone",
  "kill-cdktf": "kill -9 of cdktf; Terraform goes on without it",
  "kill-terraform": "kill -9 of Terraform",
  "kill-provider": "kill -9 of our provider",
} as const;
export type Blow = keyof typeof blows;

/** What a plain `cdktf deploy` does next: it converges, our provider says which command to run, or Terraform says that the other one is still at work. */
export type Next = "converges" | "says to run up" | "state is locked";

export interface Interruption {
  readonly blow: Blow;
  readonly phase: Phase;
  /** What may come next; more than one where it depends on what was half done at that moment. */
  readonly next: readonly Next[];
}

const row = (blow: Blow, phase: Phase, ...next: Next[]): Interruption => ({ blow, phase, next });

// While containers are made, one may be there that the state does not know yet; a push or a check that was cut short is known as such.
export const interruptions: readonly Interruption[] = [
  row("ctrl-c", "containers", "says to run up", "converges"),
  row("ctrl-c", "pushes", "converges"),
  row("ctrl-c", "checks", "converges"),
  row("term-cdktf", "containers", "says to run up", "converges", "state is locked"),
  row("term-cdktf", "pushes", "converges", "state is locked"),
  row("term-cdktf", "checks", "converges", "state is locked"),
  row("kill-cdktf", "containers", "says to run up", "converges", "state is locked"),
  row("kill-cdktf", "pushes", "converges", "state is locked", "says to run up"),
  row("kill-cdktf", "checks", "converges", "state is locked"),
  row("kill-terraform", "containers", "says to run up", "converges"),
  row("kill-terraform", "pushes", "says to run up", "converges"),
  row("kill-terraform", "checks", "converges"),
  row("kill-provider", "containers", "converges"),
  row("kill-provider", "pushes", "converges"),
  row("kill-provider", "checks", "converges"),
];

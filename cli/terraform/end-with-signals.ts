const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Passes each interruption of this process on to the child, as SIGINT, for as long as it runs; the child has a process group of its
 * own, so that it hears of none but from here. Gives what stops it.
 */
export function endWithSignals(child: { readonly kill: (signal: "SIGINT") => boolean }): () => void {
  const interrupt = (): void => void child.kill("SIGINT");
  for (const name of signals) process.on(name, interrupt);
  return () => {
    for (const name of signals) process.off(name, interrupt);
  };
}

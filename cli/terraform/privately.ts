/**
 * Starts a process whose files are the user's alone, whatever his umask is: Terraform makes its state as the umask lets it.
 * The umask is this process's again when it has been started.
 */
export function privately<T>(start: () => T): T {
  const usual = process.umask(0o077);
  try {
    return start();
  } finally {
    process.umask(usual);
  }
}

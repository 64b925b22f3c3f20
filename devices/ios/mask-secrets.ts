/** Words after which a secret stands, with what may stand in between. */
const secrets: readonly RegExp[] = [
  /(crypto isakmp key (?:[067] )?)(\S+)/gi,
  /(pre-shared-key (?:(?:local|remote) )?(?:hex )?(?:address \S+ (?:\S+ )?key )?(?:[067] )?)(\S+)/gi,
  /((?:password|secret|key-string|md5|authentication-key|community|key-chain-key) (?:[0-9] )?)(\S+)/gi,
  /(tunnel key )(?!\d)(\S+)/gi,
];

/** The text without the secrets that a configuration may hold, each replaced by three stars whatever its length. */
export function maskSecrets(text: string): string {
  return secrets.reduce((masked, pattern) => masked.replaceAll(pattern, "$1***"), text);
}

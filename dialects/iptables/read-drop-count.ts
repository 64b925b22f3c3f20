/**
 * How many packets a rule has met, from `iptables-save -c`; undefined when the rule is not there.
 *
 * @param rule as `iptables-save` words it, from `-A` on
 */
export function readDropCount(iptablesSave: string, rule: string): number | undefined {
  const line = iptablesSave.split("\n").find((each) => each.replace(/^\[\d+:\d+\] /, "") === rule);
  const count = /^\[(\d+):\d+\]/.exec(line ?? "")?.[1];
  return count === undefined ? undefined : Number(count);
}

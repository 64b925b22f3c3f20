/**
 * Is a dotted version at least another? What follows the numbers (-rc1) is passed over.
 * @param {string} version
 * @param {string} least
 */
export function atLeast(version, least) {
  const numbers = (/** @type {string} */ text) => (text.match(/\d+/g) ?? []).slice(0, 3).map(Number);
  const [have, want] = [numbers(version), numbers(least)];
  for (const [index, wanted] of want.entries()) {
    const had = have[index] ?? 0;
    if (had !== wanted) return had > wanted;
  }
  return true;
}

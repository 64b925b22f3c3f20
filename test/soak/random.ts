/** Draws that a seed repeats: the multiplicative generator of Park and Miller (Communications of the ACM 31, 1988, pp. 1192-1201). */
export class Draws {
  #state: number;

  /** @param seed from 1 to 2147483646 */
  constructor(seed: number) {
    this.#state = Math.max(1, Math.abs(Math.trunc(seed)) % 2_147_483_647);
  }

  /** From 0 up to 1, which never comes. */
  next(): number {
    this.#state = (this.#state * 48_271) % 2_147_483_647;
    return (this.#state - 1) / 2_147_483_646;
  }

  /** One of them, each as often. */
  oneOf<T>(things: readonly T[]): T {
    return things[Math.floor(this.next() * things.length)]!;
  }
}

/**
 * The numbers 0 … `count` − 1 in random order, each order as likely as any other (Fisher and Yates).
 *
 * Over the pairs of rows and K′ denoising steps, n stands for row ⌊n / K′⌋ at denoising step n mod K′.
 *
 * @param random - uniform in [0, 1); asked count − 1 times
 * @throws RangeError unless count is a whole number, 0 or more.
 */
export function permutation(count: number, random: () => number): Int32Array {
  if (!Number.isInteger(count) || count < 0) {
    throw new RangeError(`permutation: count is ${count}, wanted a whole number, 0 or more`);
  }
  const order = Int32Array.from({ length: count }, (_, i) => i);
  for (let last = count - 1; last > 0; last--) {
    const chosen = Math.floor(random() * (last + 1));
    [order[last], order[chosen]] = [order[chosen], order[last]];
  }
  return order;
}

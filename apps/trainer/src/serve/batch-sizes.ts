/** The sizes that batches of at most `most` observations are filled up to, as each is a graph of its own: powers of two, and `most`. */
export function batchSizes(most: number): number[] {
  const powers = Array.from({ length: Math.ceil(Math.log2(most)) }, (_, i) => 2 ** i);
  return [...powers, most];
}

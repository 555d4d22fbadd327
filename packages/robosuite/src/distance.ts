/** Distance of row `i` of `a` from row `j` of `b`, rows of three numbers, m. */
export function distance(a: Float64Array, i: number, b: Float64Array, j: number): number {
  const x = a[3 * i] - b[3 * j];
  const y = a[3 * i + 1] - b[3 * j + 1];
  const z = a[3 * i + 2] - b[3 * j + 2];
  return Math.sqrt(x * x + y * y + z * z);
}

/** How near a distance is, in (0, 1]: 1 − tanh(10·d). */
export function nearness(metres: number): number {
  return 1 - Math.tanh(10 * metres);
}

/** Height of the highest of `bodies`, m; as in the original, what was put away counts while it falls. */
export function highest(xpos: Float64Array, bodies: readonly number[]): number {
  return Math.max(...bodies.map((body) => xpos[3 * body + 2]));
}

/**
 * The lower Cholesky factor of the leading block [n, n] at `offset` of the diagonal of a symmetric `matrix` [size, size], into `into`
 * [n, n] with the inverses of its diagonal: A = L·Lᵀ. A pivot without weight beside its row's, as of a direction that an outstretched
 * arm cannot move in, is left out, as a pseudo-inverse does.
 */
export function cholesky(
  matrix: Float64Array,
  { size, offset = 0, n, into }: { size: number; offset?: number; n: number; into: Float64Array },
): void {
  for (let j = 0; j < n; j++) {
    const diagonal = matrix[(offset + j) * size + offset + j];
    let pivot = diagonal;
    for (let k = 0; k < j; k++) pivot -= into[j * n + k] ** 2;
    const inverse = pivot > 1e-14 * diagonal ? 1 / Math.sqrt(pivot) : 0;
    into[j * n + j] = inverse;
    for (let i = j + 1; i < n; i++) {
      let sum = matrix[(offset + i) * size + offset + j];
      for (let k = 0; k < j; k++) sum -= into[i * n + k] * into[j * n + k];
      into[i * n + j] = sum * inverse;
    }
  }
}

/** Solves L·Lᵀ·x = b in place, x and b [n] being at `offset` of `values`, with what `cholesky` left in `factor` [n, n]. */
export function solve(factor: Float64Array, values: Float64Array, n: number, offset = 0): void {
  for (let i = 0; i < n; i++) {
    let sum = values[offset + i];
    for (let k = 0; k < i; k++) sum -= factor[i * n + k] * values[offset + k];
    values[offset + i] = sum * factor[i * n + i];
  }
  for (let i = n - 1; i >= 0; i--) {
    let sum = values[offset + i];
    for (let k = i + 1; k < n; k++) sum -= factor[k * n + i] * values[offset + k];
    values[offset + i] = sum * factor[i * n + i];
  }
}

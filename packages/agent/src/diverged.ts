/** Numbers of a training that are no longer finite: which, and the cause where it is known. */
export class DivergenceError extends Error {
  override readonly name = 'DivergenceError';
}

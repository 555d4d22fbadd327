/**
 * Values of any size as float32.
 *
 * @throws Error that begins with `what` where they are no numbers
 */
export function numbersOf(what: string, values: unknown): Float32Array {
  if (values instanceof Float32Array) return values;
  if (values instanceof BigInt64Array || values instanceof BigUint64Array) {
    return Float32Array.from({ length: values.length }, (_, i) => Number(values[i]));
  }
  if (isList(values)) return Float32Array.from(values, Number);
  throw new Error(`${what} holds no numbers, wanted some of 8 to 64 bits`);
}

/** Whether it is a list or a typed array, of numbers or of truth values. */
export function isList(values: unknown): values is ArrayLike<number | boolean> {
  if (Array.isArray(values)) return values.every((value) => ['number', 'boolean'].includes(typeof value));
  return ArrayBuffer.isView(values) && !(values instanceof DataView);
}

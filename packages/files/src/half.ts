/** The number of the sixteen `bits` of IEEE 754 binary16: (−1)ˢ · 2^(e−15) · (1 + m/1024), subnormal where e = 0. */
export function float16(bits: number): number {
  const [sign, exponent, mantissa] = [bits >> 15 ? -1 : 1, (bits >> 10) & 31, bits & 1023];
  if (exponent === 31) return mantissa ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (exponent === 0 ? 2 ** -24 * mantissa : 2 ** (exponent - 25) * (1024 + mantissa));
}

/** The number of the sixteen `bits` of bfloat16, the upper half of a float32. */
export function bfloat16(bits: number): number {
  const wide = new DataView(new ArrayBuffer(4));
  wide.setUint16(0, bits);
  return wide.getFloat32(0);
}

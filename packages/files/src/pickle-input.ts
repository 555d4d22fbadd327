/** Reads the arguments of a pickle's opcodes one after another; an Error where the bytes end too early. */
export interface PickleInput {
  /** How far it is, in bytes. */
  readonly at: () => number;
  readonly byte: () => number;
  readonly uint16: () => number;
  readonly uint32: () => number;
  /** A length; more than there can be where it is more than numbers hold. */
  readonly uint64: () => number;
  readonly int32: () => number;
  readonly float64BigEndian: () => number;
  /** Two's complement, little endian. */
  readonly long: (length: number) => number | bigint;
  readonly bytes: (length: number) => Uint8Array;
  readonly text: (length: number) => string;
  readonly line: () => string;
}

export function pickleInput(bytes: Uint8Array): PickleInput {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let next = 0;
  const take = (length: number): number => {
    if (next + length > bytes.length) throw new Error('the pickle ends too early');
    next += length;
    return next - length;
  };
  const text = (length: number): string => {
    const start = take(length);
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(start, start + length));
    } catch (error) {
      throw new Error('text that is not in UTF-8', { cause: error });
    }
  };
  return {
    at: () => next,
    byte: () => view.getUint8(take(1)),
    uint16: () => view.getUint16(take(2), true),
    uint32: () => view.getUint32(take(4), true),
    uint64: () => Number(view.getBigUint64(take(8), true)),
    int32: () => view.getInt32(take(4), true),
    float64BigEndian: () => view.getFloat64(take(8)),
    long: (length) => {
      const start = take(length);
      let value = 0n;
      for (let i = length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[start + i]);
      const signed = BigInt.asIntN(8 * length, value);
      return BigInt(Number(signed)) === signed && Number.isSafeInteger(Number(signed))
        ? Number(signed)
        : signed;
    },
    bytes: (length) => {
      const start = take(length);
      return bytes.subarray(start, start + length);
    },
    text,
    line: () => {
      const end = bytes.indexOf(0x0a, next);
      if (end < 0) throw new Error('the pickle ends too early');
      const line = text(end - next);
      next += 1;
      return line;
    },
  };
}

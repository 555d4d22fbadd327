/** A message between the two sides: a letter that says what it is, and a body. */
export interface Frame {
  readonly kind: string;
  readonly body: Buffer;
}

/** A frame as bytes: its length without these four bytes, its letter, its body. */
export function encoded(kind: string, body: Uint8Array): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32LE(body.byteLength + 1);
  head.write(kind, 4, 'latin1');
  return Buffer.concat([head, body]);
}

/** Puts bytes, however they come, together to frames. */
export function decoder(take: (frame: Frame) => void): (bytes: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  return (bytes) => {
    rest = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
    while (rest.length >= 4 && rest.length >= 4 + rest.readUInt32LE()) {
      const end = 4 + rest.readUInt32LE();
      take({ kind: rest.toString('latin1', 4, 5), body: rest.subarray(5, end) });
      rest = rest.subarray(end);
    }
  };
}

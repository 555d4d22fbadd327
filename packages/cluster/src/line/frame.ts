const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** One message: what is said, as JSON behind its length, and bytes. */
export function frame(said: object, body: Uint8Array = new Uint8Array()): Uint8Array {
  const head = encoder.encode(JSON.stringify(said));
  const bytes = new Uint8Array(4 + head.length + body.length);
  new DataView(bytes.buffer).setUint32(0, head.length);
  bytes.set(head, 4);
  bytes.set(body, 4 + head.length);
  return bytes;
}

/** What `frame` made a message of; its `body` is a view of the message. Throws where it is none. */
export function unframed(bytes: Uint8Array): { readonly said: unknown; readonly body: Uint8Array } {
  const length = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0);
  const end = 4 + length;
  if (end > bytes.length) throw new RangeError(`a message of ${bytes.length} bytes, expected ${end} or more`);
  return { said: JSON.parse(decoder.decode(bytes.subarray(4, end))), body: bytes.subarray(end) };
}

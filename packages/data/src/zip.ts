import { crc32, inflateRawSync } from 'node:zlib';

/** One file of an archive. */
export interface ZipEntry {
  readonly name: string;
  readonly data: Uint8Array;
}

/** An archive may unpack to this much more than its own size: what numbers never reach and zip bombs need. */
const limit = (archiveLength: number): number => 2 ** 26 + 100 * archiveLength;

const endLength = 22;
const zip64 = 0xffffffff;

/**
 * The files of a zip archive (stored or deflated), each checked against its length and CRC-32 (APPNOTE 6.3.10 §4.3).
 * Throws an Error that says what is wrong; names are those of the central directory, which the local headers must repeat.
 */
export function unzip(bytes: Uint8Array): ZipEntry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = endOfDirectory(view);
  const count = view.getUint16(end + 10, true);
  const length = view.getUint32(end + 12, true);
  const offset = view.getUint32(end + 16, true);
  if (offset === zip64 || count === 0xffff) throw new Error('zip64 archives (above 4 GiB) are not supported');
  if (offset + length !== end) throw new Error('the zip directory is not where the end of the file says');

  const entries: ZipEntry[] = [];
  let at = offset;
  let unpacked = 0;
  while (at < end) {
    if (at + 46 > end || view.getUint32(at, true) !== 0x02014b50)
      throw new Error('the zip directory is broken');
    const header = directoryEntry(view, at);
    at = header.next;
    if (at > end) throw new Error('the zip directory is broken');
    unpacked += header.size;
    if (unpacked > limit(bytes.length)) {
      throw new Error(`unpacks to ${unpacked} bytes or more, too many for a file of ${bytes.length} bytes`);
    }
    entries.push({ name: header.name, data: content(bytes, view, header) });
  }
  if (entries.length !== count)
    throw new Error(`${entries.length} files in the zip directory, expected ${count}`);
  return entries;
}

function endOfDirectory(view: DataView): number {
  const last = view.byteLength - endLength;
  for (let at = last; at >= Math.max(0, last - 0xffff); at--) {
    if (view.getUint32(at, true) === 0x06054b50 && view.getUint16(at + 20, true) === last - at) return at;
  }
  throw new Error('not a complete zip archive (no end of directory); is the file truncated?');
}

interface DirectoryEntry {
  readonly name: string;
  readonly encrypted: boolean;
  readonly method: number;
  readonly crc: number;
  readonly packedSize: number;
  readonly size: number;
  readonly offset: number;
  readonly next: number;
}

function directoryEntry(view: DataView, at: number): DirectoryEntry {
  const nameLength = view.getUint16(at + 28, true);
  return {
    name: text(view, at + 46, nameLength),
    encrypted: (view.getUint16(at + 8, true) & 1) !== 0,
    method: view.getUint16(at + 10, true),
    crc: view.getUint32(at + 16, true),
    packedSize: view.getUint32(at + 20, true),
    size: view.getUint32(at + 24, true),
    offset: view.getUint32(at + 42, true),
    next: at + 46 + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true),
  };
}

function content(bytes: Uint8Array, view: DataView, entry: DirectoryEntry): Uint8Array {
  const { name, method, offset, packedSize, size } = entry;
  const fail = (problem: string): Error => new Error(`"${name}" ${problem}`);
  if (entry.encrypted) throw fail('is encrypted');
  if (method !== 0 && method !== 8)
    throw fail(`has compression method ${method}, expected 0 (stored) or 8 (deflated)`);
  if (offset + 30 > bytes.length || view.getUint32(offset, true) !== 0x04034b50)
    throw fail('has no local header');
  const nameLength = view.getUint16(offset + 26, true);
  const start = offset + 30 + nameLength + view.getUint16(offset + 28, true);
  if (start + packedSize > bytes.length) throw fail('reaches beyond the end of the file');
  if (text(view, offset + 30, nameLength) !== name || view.getUint16(offset + 8, true) !== method) {
    throw fail('does not agree with its local header');
  }
  const packed = bytes.subarray(start, start + packedSize);
  const data = method === 0 ? packed : inflate(packed, size, fail);
  if (data.length !== size) throw fail(`unpacks to ${data.length} bytes, expected ${size}`);
  if (crc32(data) !== entry.crc) throw fail('is damaged (CRC-32 does not agree)');
  return data;
}

function inflate(packed: Uint8Array, size: number, fail: (problem: string) => Error): Uint8Array {
  try {
    return inflateRawSync(packed, { maxOutputLength: Math.max(1, size) });
  } catch (error) {
    throw fail(`does not unpack to ${size} bytes: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function text(view: DataView, at: number, length: number): string {
  if (at + length > view.byteLength) throw new Error('the zip directory is broken');
  return new TextDecoder().decode(new Uint8Array(view.buffer, view.byteOffset + at, length));
}

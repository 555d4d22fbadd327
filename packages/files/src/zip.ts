import { Uint8ArrayReader, Uint8ArrayWriter, ZipReader, ZipWriter } from '@zip.js/zip.js';

/** An archive may unpack to this much more than its own size: what numbers never reach and zip bombs need. */
const limit = (archiveLength: number): number => 2 ** 26 + 100 * archiveLength;

/**
 * The files of the zip archive in `bytes` by name, each checked against its length, its CRC-32 and its local header; those that are not
 * `wanted` by name are left packed.
 *
 * @throws Error that says what is wrong; the sizes that the directory declares are checked before anything is unpacked.
 */
export async function unzip(
  bytes: Uint8Array,
  wanted: (name: string) => boolean = () => true,
): Promise<Map<string, Uint8Array>> {
  const reader = new ZipReader(new Uint8ArrayReader(bytes), {
    checkSignature: true,
    checkLocalDirectory: true,
    checkOverlappingEntry: true,
    maxAppendedDataSize: 0,
    useWebWorkers: false,
  });
  const all = await reader.getEntries().catch((error: unknown) => {
    throw new Error(`not a complete zip archive (${messageOf(error)}); is the file truncated?`, {
      cause: error,
    });
  });
  const entries = all.filter(({ filename }) => wanted(filename));
  const unpacked = entries.reduce((sum, entry) => sum + entry.uncompressedSize, 0);
  if (unpacked > limit(bytes.length)) {
    throw new Error(`unpacks to ${unpacked} bytes, too many for a file of ${bytes.length} bytes`);
  }
  const files = new Map<string, Uint8Array>();
  for (const entry of entries) {
    if (entry.directory) continue;
    if (files.has(entry.filename)) throw new Error(`"${entry.filename}" is in the archive twice`);
    const data = await entry.getData(new Uint8ArrayWriter()).catch((error: unknown) => {
      throw new Error(`"${entry.filename}" is damaged (${messageOf(error)})`, { cause: error });
    });
    files.set(entry.filename, data);
  }
  return files;
}

/** A compressed archive of `files`; equal files give equal bytes. */
export async function zip(
  files: readonly (readonly [name: string, data: Uint8Array])[],
): Promise<Uint8Array> {
  const writer = new ZipWriter(new Uint8ArrayWriter(), {
    lastModDate: new Date(1980, 0, 1),
    extendedTimestamp: false,
    dataDescriptor: false,
    useWebWorkers: false,
  });
  for (const [name, data] of files) await writer.add(name, new Uint8ArrayReader(data));
  return writer.close();
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

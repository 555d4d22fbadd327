import { type Entry, Uint8ArrayReader, Uint8ArrayWriter, ZipReader, ZipWriter } from '@zip.js/zip.js';

/** An archive may unpack to this much more than its own size: what numbers never reach and zip bombs need. */
const limit = (archiveLength: number): number => 2 ** 24 + 100 * archiveLength;

/** An archive may hold this many files; ten kilobytes are taken for each before it is unpacked. */
const most = 8192;

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
  const entries = (await entriesOf(reader)).filter(({ filename }) => wanted(filename));
  const unpacked = entries.reduce((sum, entry) => sum + entry.uncompressedSize, 0);
  if (unpacked > limit(bytes.length)) {
    throw new Error(`unpacks to ${unpacked} bytes, too many for a file of ${bytes.length} bytes`);
  }
  const files = new Map<string, Uint8Array>();
  for (const entry of entries) {
    if (entry.directory) continue;
    checkReadable(entry);
    if (files.has(entry.filename)) throw new Error(`"${entry.filename}" is in the archive twice`);
    const data = await entry.getData(new Uint8ArrayWriter()).catch((error: unknown) => {
      throw new Error(`"${entry.filename}" is damaged (${messageOf(error)})`, { cause: error });
    });
    files.set(entry.filename, data);
  }
  return files;
}

/** What lies in an archive, counted while it is read. */
async function entriesOf(reader: ZipReader<unknown>): Promise<Entry[]> {
  const entries: Entry[] = [];
  try {
    for await (const entry of reader.getEntriesGenerator()) {
      if (entries.push(entry) > most) break;
    }
  } catch (error) {
    throw new Error(`not a complete zip archive (${messageOf(error)}); is the file truncated?`, {
      cause: error,
    });
  }
  if (entries.length > most) throw new Error(`is an archive of more than ${most} files`);
  return entries;
}

/** Ways of packing that others write, by their numbers (APPNOTE 4.4.5); none of them and deflate are read. */
const methods: Readonly<Record<number, string>> = { 12: 'bzip2', 14: 'LZMA', 93: 'Zstandard', 95: 'XZ' };

function checkReadable({ filename, compressionMethod: method, encrypted }: Entry): void {
  if (encrypted) throw new Error(`"${filename}" is encrypted`);
  if (method !== 0 && method !== 8)
    throw new Error(`"${filename}" is packed by ${methods[method] ?? `method ${method}`}, wanted deflate`);
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

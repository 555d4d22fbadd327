import { unzipSync, zipSync } from 'fflate';

/** A file as parts that are changed one by one, and put together again with the lengths and checksums that they then have. */
export interface Container {
  readonly open: (bytes: Uint8Array) => Record<string, Uint8Array>;
  readonly close: (parts: Record<string, Uint8Array>) => Uint8Array;
}

/** A file that has no parts. */
export const whole: Container = { open: (bytes) => ({ whole: bytes }), close: (parts) => parts['whole'] };

/** .npz and .pt, packed or not. */
export const zipped: Container = { open: (bytes) => unzipSync(bytes), close: (parts) => zipSync(parts) };

/**
 * Safetensors: the strings of the metadata, which are files in a file, the rest of the header, whose length stands before it, and the numbers;
 * without the checksum.
 */
export const safetensors: Container = {
  open: (bytes) => {
    const start = 8 + Number(Buffer.from(bytes).readBigUInt64LE());
    const { __metadata__: about = {}, ...entries } = JSON.parse(
      Buffer.from(bytes.subarray(8, start)).toString(),
    );
    const { checksum: _, ...metadata }: Record<string, string> = about;
    const strings = Object.entries(metadata).map(([name, text]) => [name, Buffer.from(text)] as const);
    return {
      ...Object.fromEntries(strings),
      header: Buffer.from(JSON.stringify(entries)),
      numbers: bytes.subarray(start),
    };
  },
  close: ({ header, numbers, ...strings }) => {
    const metadata = Object.entries(strings).map(([name, text]) => [name, Buffer.from(text).toString()]);
    const about = `{"__metadata__":${JSON.stringify(Object.fromEntries(metadata))},`;
    const json = Buffer.concat([Buffer.from(about), header.subarray(1)]);
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(json.length));
    return Buffer.concat([length, json, numbers]);
  },
};

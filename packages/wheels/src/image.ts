import { closeSync, openSync, readSync } from 'node:fs';
import { checkFile } from './check-file.ts';

/**
 * Throws an Error unless a native library is a file that holds all that its ELF header says: the system maps one that was cut off, and
 * ends the process where it reads beyond the end. What is no ELF file of 64 bits is left to the system, which refuses it.
 */
export function checkImage(file: string): void {
  const { size } = checkFile(file);
  const wanted = extent(file);
  if (size < wanted) throw new Error(`${file} has ${size} bytes, wanted at least ${wanted}`);
}

/** Bytes that the tables of an ELF file and what they load take; 0 for another file. */
function extent(path: string): number {
  const file = openSync(path, 'r');
  try {
    const header = bytes(file, 0, 64);
    const isElf64 = header.subarray(0, 6).equals(Buffer.of(0x7f, 0x45, 0x4c, 0x46, 2, 1));
    if (!isElf64) return 0;
    const [programs, sections] = [32, 40].map((at) => Number(header.readBigUInt64LE(at)));
    const [programCount, sectionCount] = [56, 60].map((at) => header.readUInt16LE(at));
    const table = bytes(file, programs, 56 * programCount);
    const segments = Array.from({ length: programCount }, (_, i) =>
      Number(table.readBigUInt64LE(56 * i + 8) + table.readBigUInt64LE(56 * i + 32)),
    );
    return Math.max(64, programs + table.length, sections + 64 * sectionCount, ...segments);
  } finally {
    closeSync(file);
  }
}

/** Bytes of a file from a position on; 0 beyond its end. */
function bytes(file: number, position: number, length: number): Buffer {
  const found = Buffer.alloc(length);
  readSync(file, found, 0, length, position);
  return found;
}

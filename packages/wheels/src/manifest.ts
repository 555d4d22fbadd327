import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readFileSync, statSync } from 'node:fs';
import { readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { checkFile } from './check-file.ts';
import { checkImage } from './image.ts';

/** Says of each other file of its folder, a line each: SHA-256, size in bytes, path. */
const name = 'dppo-manifest.txt';

/** What a folder is to hold. */
export interface Contents {
  /** Paths below the folder that its manifest has to name. */
  readonly files: readonly string[];
  /** SHA-256 of the manifest, in hexadecimal digits; absent: whichever is there is believed. */
  readonly sha256?: string | undefined;
}

/** Writes the manifest of `folder`, whose other files are all there; returns its SHA-256. */
export async function seal(folder: string): Promise<string> {
  const manifest = await manifestOf(folder);
  await writeFile(join(folder, name), manifest);
  return textHash(manifest);
}

/** Whether `folder` has a manifest; those that were made before there were any have none. */
export function isSealed(folder: string): boolean {
  return existsSync(join(folder, name));
}

/**
 * Whether all files of `folder` are as they should be. Where only the manifest is missing or damaged, and its SHA-256 is known, it is
 * written; `staging` is a folder on the same disk.
 */
export async function holds(folder: string, contents: Contents, staging: string): Promise<boolean> {
  try {
    await checkContents(folder, contents);
    return true;
  } catch {
    const manifest = await manifestOf(folder).catch(() => '');
    if (textHash(manifest) !== contents.sha256) return false;
    await writeFile(join(staging, name), manifest);
    await rm(join(folder, name), { recursive: true, force: true });
    await rename(join(staging, name), join(folder, name));
    return true;
  }
}

/**
 * Throws an Error unless `files` of `folder` are as long as its manifest says: quick enough for each start, and before a library is
 * loaded, since one that was cut off would end the process. Where there is no manifest the files have to be whole by their own headers.
 */
export function checkSizes(folder: string, files: readonly string[]): void {
  if (!isSealed(folder)) {
    for (const file of files) checkImage(join(folder, file));
    return;
  }
  const lines = readManifest(folder, { files });
  for (const file of files) checkSize(folder, lines.get(file)!);
}

/** Throws an Error unless all files of `folder` are as its manifest says, by size and SHA-256. */
export async function checkContents(folder: string, contents: Contents): Promise<void> {
  const lines = [...readManifest(folder, contents).values()];
  for (const line of lines) checkSize(folder, line);
  for (const { path, sha256 } of lines) await checkHash(join(folder, path), sha256);
}

/** Throws an Error unless the file has this SHA-256, in hexadecimal digits. */
export async function checkHash(file: string, sha256: string): Promise<void> {
  const found = await fileHash(file);
  if (found !== sha256) throw new Error(`${file} has SHA-256 ${found}, wanted ${sha256}`);
}

interface Line {
  readonly path: string;
  readonly sha256: string;
  readonly size: number;
}

function readManifest(folder: string, { files, sha256 }: Contents): Map<string, Line> {
  const file = join(folder, name);
  if (!existsSync(folder)) throw new Error(`${folder} is missing`);
  checkFile(file);
  const text = readFileSync(file, 'utf8');
  const matches = [...text.matchAll(/^([0-9a-f]{64}) (\d+) (.+)\n/gm)];
  const lines = matches.map(([, hash, size, path]) => ({ path, sha256: hash, size: Number(size) }));
  const found = new Map(lines.map((line) => [line.path, line]));
  const isWhole = matches.map(([line]) => line).join('') === text && files.every((path) => found.has(path));
  if (!isWhole || (sha256 !== undefined && textHash(text) !== sha256)) {
    throw new Error(`${file} is damaged or of another version`);
  }
  return found;
}

function checkSize(folder: string, { path, size }: Line): void {
  const file = join(folder, path);
  const found = checkFile(file).size;
  if (found !== size) throw new Error(`${file} has ${found} bytes, wanted ${size}`);
}

async function manifestOf(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name));
  const paths = files.map((file) => file.slice(join(folder, '/').length)).toSorted();
  const lines: string[] = [];
  for (const path of paths) {
    if (path === name) continue;
    const file = join(folder, path);
    lines.push(`${await fileHash(file)} ${statSync(file).size} ${path}\n`);
  }
  return lines.join('');
}

async function fileHash(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), hash);
  return hash.digest('hex');
}

function textHash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

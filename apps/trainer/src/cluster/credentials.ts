import { readFileSync, statSync } from 'node:fs';

/** The most bytes that a file with a key has. */
const mostBytes = 65_536;

/**
 * The key in `file`, on a line of its own, else the one in the environment variable DPPO_CREDENTIALS; undefined where there is neither.
 *
 * @throws Error where the file cannot be read, or there is no key in it
 */
export function credentialsFrom(file: string | undefined): string | undefined {
  const place = file === undefined ? 'DPPO_CREDENTIALS' : `--credentials ${file}`;
  const text = file === undefined ? process.env['DPPO_CREDENTIALS'] : contentOf(file, place);
  if (text === undefined || (text === '' && file === undefined)) return undefined;
  const key = /^SU[A-Z2-7]{56}$/m.exec(text.replaceAll('\r', ''))?.[0];
  if (key === undefined)
    throw new Error(`${place}: found no secret key in it, wanted a line of SU and 56 letters and digits`);
  return key;
}

function contentOf(file: string, place: string): string {
  try {
    const { size } = statSync(file);
    if (size <= mostBytes) return readFileSync(file, 'utf8');
    throw new Error(`found ${size} bytes, wanted a key`);
  } catch (error) {
    throw new Error(`${place}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

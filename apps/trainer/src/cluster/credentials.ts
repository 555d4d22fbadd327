import { secretText } from '../options/secret-text.ts';

/**
 * The key in `file`, on a line of its own, else the one in the environment variable DPPO_CREDENTIALS; undefined where there is neither.
 *
 * @throws Error where the file cannot be read, or there is no key in it
 */
export function credentialsFrom(file: string | undefined): string | undefined {
  const { place, text } = secretText(file, {
    option: '--credentials',
    variable: 'DPPO_CREDENTIALS',
    what: 'a key',
    mostBytes: 65_536,
  });
  if (text === undefined || (text === '' && file === undefined)) return undefined;
  const key = /^SU[A-Z2-7]{56}$/m.exec(text.replaceAll('\r', ''))?.[0];
  if (key === undefined)
    throw new Error(`${place}: found no secret key in it, wanted a line of SU and 56 letters and digits`);
  return key;
}

import { readFileSync, statSync } from 'node:fs';

/** Where a secret may stand. */
interface SecretPlaces {
  /** The option that names its file, with its dashes. */
  readonly option: string;
  /** The environment variable that is asked where no file is given. */
  readonly variable: string;
  /** What the secret is, in an error. */
  readonly what: string;
  /** The most bytes that its file has. */
  readonly mostBytes: number;
}

/**
 * The text in `file`, else that of the environment variable, and the name of its place; the text is undefined where there is neither.
 *
 * @throws Error where the file cannot be read, or is too large
 */
export function secretText(
  file: string | undefined,
  { option, variable, what, mostBytes }: SecretPlaces,
): { readonly place: string; readonly text: string | undefined } {
  if (file === undefined) return { place: variable, text: process.env[variable] };
  const place = `${option} ${file}`;
  try {
    const { size } = statSync(file);
    if (size <= mostBytes) return { place, text: readFileSync(file, 'utf8') };
    throw new Error(`found ${size} bytes, wanted ${what}`);
  } catch (error) {
    throw new Error(`${place}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

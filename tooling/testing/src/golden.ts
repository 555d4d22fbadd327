import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { gunzipSync } from 'node:zlib';

import { describe, it } from 'vitest';

/** A recorded array, row-major. */
export interface GoldenArray {
  readonly shape: number[];
  readonly dtype: string;
  readonly data: Float32Array | Float64Array | Int32Array | Uint8Array;
}

/** One recorded case; fields are GoldenArrays, nested objects of them, or plain JSON values. */
export interface GoldenCase {
  readonly name: string;
  // Recorded files are heterogeneous: each test knows the fields of its own file.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly [part: string]: any;
}

export interface Golden {
  readonly meta: {
    readonly reference: string;
    readonly versions: unknown;
    /** Names of the cases that a package's own copy leaves out. */
    readonly left_out?: readonly string[];
  };
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly shared?: any;
  readonly cases: GoldenCase[];
}

/** Ends a test that cannot follow its recording, and says why. */
export type Skip = (reason: string) => never;

const constructors = {
  float32: Float32Array,
  float64: Float64Array,
  int64: Int32Array,
  uint8: Uint8Array,
  bool: Uint8Array,
} as const;

/** The folder of `DPPO_GOLDEN`, where that is set, otherwise the one that lies beside the project. */
const given = process.env['DPPO_GOLDEN'];
const complete = given ? pathToFileURL(`${given}/`) : new URL('../../../../shared/golden/', import.meta.url);

/**
 * Reads a file of recorded reference numbers (.json or .json.gz), arrays as typed arrays; undefined where it does not exist.
 * float32 text becomes a Float32Array directly, so that no value is rounded twice.
 */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- Only the caller knows what the file holds.
export function readGolden<T = Golden>(file: URL | string): T | undefined {
  if (!existsSync(file)) return undefined;
  const bytes = readFileSync(file);
  const text = String(file).endsWith('.gz') ? gunzipSync(bytes).toString() : bytes.toString();
  try {
    return parse(text, (_key, value) => (isArray(value) ? typed(value) : value)) as T;
  } catch (cause) {
    throw new Error(`readGolden: ${String(file)} is not in the golden format`, { cause });
  }
}

/**
 * The recordings in a folder of the golden directory, or the files of another `kind`, each with its path there as its name; none where
 * there is no such folder.
 */
export function goldenFiles(folder: string, kind = /\.json(\.gz)?$/): { name: string; url: URL }[] {
  const url = new URL(`${folder}/`, complete);
  const names = existsSync(url) ? readdirSync(url).filter((name) => kind.test(name)) : [];
  return names.toSorted().map((name) => ({ name: `${folder}/${name}`, url: new URL(name, url) }));
}

/** Where numbers were recorded: the project that `meta.reference` begins with, and the folder of its files. */
export interface GoldenSource {
  readonly reference: string;
  readonly folder: string;
}

const dppo: GoldenSource = { reference: 'dppo', folder: '' };
/** Flow policies of ReinFlow; files of these names lie beside those of DPPO, or alone in a directory of their own. */
export const reinflow: GoldenSource = { reference: 'ReinFlow', folder: 'flow/' };

/**
 * Tests of the recordings in one file, which is what `pnpm golden` reports them under: every case where the complete
 * file is there, otherwise those that the package keeps in its folder `own`. What is not there is a skipped test.
 * A file whose `meta.reference` is of another project is not the one that is meant, whatever its name.
 */
export function describeGolden(
  name: string,
  own: URL | undefined,
  tests: (golden: Golden) => void,
  source: GoldenSource = dppo,
): void {
  const found = recorded(name, own && !given ? [complete, own] : [complete], source);
  describe(`${found?.within ?? ''}${name}${found?.end ?? ''}`, () => {
    if (found) tests(found.golden);
    const missing = found ? (found.golden.meta.left_out ?? []) : ['every case'];
    it.for(missing)('%s', (_, { skip }) => skip(found ? 'only in the complete file' : 'not recorded here'));
  });
}

/** The first file of this name that is of the source. */
function recorded(name: string, roots: readonly URL[], { reference, folder }: GoldenSource) {
  for (const root of roots) {
    for (const within of new Set([folder, ''])) {
      for (const end of ['.json', '.json.gz']) {
        const golden = readGolden(new URL(`${within}${name}${end}`, root));
        if (golden?.meta.reference.startsWith(reference)) return { within, end, golden };
      }
    }
  }
  return undefined;
}

/** Skips where a recorded object sets a field (to other than null or false) that is not among the names known. */
export function onlyKnows(known: readonly string[], fields: object, skip: Skip): void {
  for (const [name, value] of Object.entries(fields)) {
    if (value !== null && value !== false && !known.includes(name)) {
      skip(`${name} = ${JSON.stringify(value)} is not supported`);
    }
  }
}

/** JSON, also with the bare NaN and Infinity that Python writes, which become strings. */
function parse(text: string, reviver: Parameters<typeof JSON.parse>[1]): unknown {
  try {
    return JSON.parse(text, reviver);
  } catch {
    const quoted = text.replaceAll(/([[,:]\s*)(NaN|-?Infinity)(?=\s*[\],}])/g, '$1"$2"');
    return JSON.parse(quoted, reviver);
  }
}

interface RawArray {
  readonly shape: number[];
  readonly dtype: keyof typeof constructors;
  readonly data: (number | string | null)[];
}

function isArray(value: unknown): value is RawArray {
  return (
    typeof value === 'object' && value !== null && 'shape' in value && 'dtype' in value && 'data' in value
  );
}

function typed({ shape, dtype, data }: RawArray): GoldenArray {
  const numbers = data.map((value) => (value === null ? NaN : Number(value)));
  return { shape, dtype, data: constructors[dtype].from(numbers) };
}

import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { onlyKnows, readGolden } from './golden.ts';

/** What is read of a file of this text. */
function read(text: string): unknown {
  const directory = mkdtempSync(join(tmpdir(), 'golden-'));
  writeFileSync(join(directory, 'a.json'), text);
  return readGolden<unknown>(join(directory, 'a.json'));
}

it('reads arrays as typed arrays, rounded once, and not-a-numbers as Python writes them', () => {
  const text =
    '{"a": {"shape": [4], "dtype": "float32", "data": [0.1, NaN, -Infinity, null]}, "b": [1, "NaN, x"]}';
  expect(read(text)).toEqual({
    a: { shape: [4], dtype: 'float32', data: Float32Array.of(0.1, NaN, -Infinity, NaN) },
    b: [1, 'NaN, x'],
  });
});

it('says which file is not in the format, and finds none where there is none', () => {
  expect(() => read('{"cases": [')).toThrow(/readGolden: .*a\.json is not in the golden format/);
  expect(readGolden('no-such-file.json')).toBeUndefined();
});

function skip(reason: string): never {
  throw new Error(reason);
}

it('skips for the first field that is unknown and set', () => {
  expect(() => onlyKnows(['a'], { a: 1, b: null, c: false }, skip)).not.toThrow();
  expect(() => onlyKnows(['a'], { a: 1, b: 2 }, skip)).toThrow('b = 2 is not supported');
});

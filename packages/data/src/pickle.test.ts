import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { fileURLToPath } from 'node:url';

import { describe, expect, it } from 'vitest';

import { readDemonstrations } from './demonstrations.ts';

const at = (name: string): string => fileURLToPath(new URL(`../test/${name}.pkl`, import.meta.url));

/** What make.py pickled. */
const written = {
  obsDim: 2,
  actionDim: 1,
  states: Float32Array.from({ length: 10 }, (_, i) => Math.fround(i) / Math.fround(7)),
  actions: Float32Array.from({ length: 5 }, (_, i) => i / 3),
  rewards: Float32Array.of(0, 0, 1, 0, 0.5),
  terminals: Uint8Array.of(0, 0, 1, 0, 0),
  trajLengths: Int32Array.of(3, 2),
};

const pickles = ['1', '2'].flatMap((numpy) =>
  ['2', '3', '4', '5'].map((protocol) => `numpy${numpy}-protocol${protocol}`),
);

describe('readDemonstrations of a pickle', () => {
  it.each(pickles)('reads what Python pickled as %s, to the bit', async (name) => {
    expect(await readDemonstrations(at(name))).toEqual(written);
  });

  it('takes lists of numbers for arrays, and zeros for rewards and terminals that are not there', async () => {
    expect(await readDemonstrations(at('lists'))).toEqual({
      ...written,
      rewards: new Float32Array(5),
      terminals: new Uint8Array(5),
    });
  });

  it.each([
    ['calls', 'byte 42: GLOBAL "builtins.print" is refused: only arrays, numbers, text, lists and dicts'],
    ['fortran', 'array "states" is in Fortran order; save np.ascontiguousarray(x) instead'],
    ['objects', 'array "states" holds Python objects; save numbers instead'],
  ])('says of %s what is wrong, and runs nothing', async (name, message) => {
    await expect(readDemonstrations(at(name))).rejects.toThrow(`readPickle: ${at(name)}: ${message}`);
  });

  it.each<[string, string, string]>([
    ['a list', ']', 'is the pickle of no dict, wanted one of arrays by name'],
    ['a dict of nothing', '}', 'no array states in it; it has '],
    ['names that are none', '}K\x01K\x02s', 'has a name that is no text'],
    [
      'text',
      '}(\x8c\x06statesN\x8c\x07actionsN\x8c\x0ctraj_lengthsNu',
      'array "states" is no array of numbers',
    ],
    ['names of lists', ']]\x93', 'byte 4: a name that is no text'],
    ['another encoding', 'c_codecs\nencode\n(\x8c\x01x\x8c\x04utf8tR', 'encode of other things than latin1'],
    ['objects from elsewhere', 'K\x01Q', 'opcode BINPERSID is not one of arrays'],
    ['a set', '\x8f', 'opcode EMPTY_SET is not one of arrays'],
    ['bytes that are not there', 'B\xff\xff\xff\xff', 'the pickle ends too early'],
    ['more bytes than there can be', '\x8e\xff\xff\xff\xff\xff\xff\xff\xff', 'the pickle ends too early'],
  ])('refuses %s', async (_, pickle, message) => {
    const path = join(await mkdtemp(join(tmpdir(), 'pickle-')), 'train.pkl');
    writeFileSync(path, Buffer.from(`\x80\x05${pickle}.`, 'latin1'));
    await expect(readDemonstrations(path)).rejects.toThrow(message);
  });

  it('refuses a file with a byte changed, or reads the same shapes from it', async () => {
    const bytes = readFileSync(at('numpy2-protocol4'));
    const path = join(await mkdtemp(join(tmpdir(), 'pickle-')), 'train.pkl');
    for (let i = 0; i < bytes.length; i += 3) {
      const changed = Buffer.from(bytes);
      changed[i] ^= 1 << (i % 8);
      writeFileSync(path, changed);
      const found = await readDemonstrations(path).catch((error: Error) => error.message);
      const isRight =
        typeof found === 'string'
          ? found.includes(path)
          : isDeepStrictEqual([found.states.length, found.rewards.length], [10, 5]);
      expect(isRight, `byte ${i}`).toBe(true);
    }
  });
});

import { readFileSync } from 'node:fs';

import { expect, it } from 'vitest';

import { allOptions } from '../../test/all-options.ts';
import { oursFor, referenceNames } from './reference-names.ts';

const keys = Object.values(allOptions).flatMap(({ shape }) => Object.keys(shape));

/** The names in a cell of docs/reference-map.md: `a.b_c`, `_d`, `.e` and `{f,g}_h` written out. */
function names(cell: string): string[] {
  const found: string[] = [];
  for (const [, text] of cell.matchAll(/`([^`]+)`/g)) {
    const braces = /^(.*)\{(.*)\}(.*)$/.exec(text);
    const texts = braces ? braces[2].split(',').map((part) => `${braces[1]}${part}${braces[3]}`) : [text];
    for (const each of texts) found.push(each.startsWith('_') ? `${found[0]}${each}` : each);
  }
  return found;
}

const map = readFileSync(new URL('../../../../docs/reference-map.md', import.meta.url), 'utf8');
const rows = Array.from(map.matchAll(/^\|(.*?)\|(.*?)\|/gm), ([, theirs, ours]) => ({
  theirs: names(theirs),
  ours: names(ours),
})).filter(({ theirs, ours }) => theirs.length > 0 && ours.some((name) => keys.includes(name)));

it('has the names of docs/reference-map.md', () => {
  const wrong = rows.flatMap(({ theirs, ours }) =>
    theirs
      .map((name) => ({ name, found: oursFor(name, keys) ?? name }))
      .filter(({ name, found }) => !ours.includes(found) && !name.includes('…'))
      .map(({ name, found }) => `${name}: ${found}, not ${ours.join()}`),
  );
  expect(rows.length).toBeGreaterThan(40);
  expect(wrong).toEqual([]);
});

it('has no name that is not there', () => {
  const theirs = rows.flatMap((row) => row.theirs.map((name) => `.${name}`));
  const unknown = Object.keys(referenceNames).filter(
    (end) => !theirs.some((name) => name.endsWith(`.${end}`)),
  );
  expect(unknown).toEqual([]);
});

it('knows nothing of other names, nor of options that a command lacks', () => {
  expect(oursFor('train.logprob_batch_size', keys)).toBeUndefined();
  expect(oursFor('n_train_itr', ['epochs'])).toBeUndefined();
  expect(oursFor('gamma_denoising', keys)).toBe('gammaDenoising');
});

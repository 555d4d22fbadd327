import { mkdtempSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { checkImage } from './image.ts';

const file = join(mkdtempSync(join(tmpdir(), 'dppo-')), 'library.so');

it.runIf(process.platform === 'linux')(
  'takes a program that is whole, and refuses all that is cut off it',
  () => {
    const whole = readFileSync(process.execPath);
    writeFileSync(file, whole);
    expect(() => checkImage(file)).not.toThrow();
    for (const length of [whole.length - 1, whole.length >> 1, 4096, 64, 63, 6]) {
      truncateSync(file, length);
      expect(() => checkImage(file), `${length}`).toThrow(/has \d+ bytes, wanted at least \d+$/);
    }
  },
);

it('leaves what is no ELF file to the system', () => {
  for (const text of ['', 'MZ', readFileSync(createRequire(import.meta.url).resolve('yauzl'))]) {
    writeFileSync(file, text);
    expect(() => checkImage(file)).not.toThrow();
  }
});

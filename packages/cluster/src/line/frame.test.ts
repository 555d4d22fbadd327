import fc from 'fast-check';
import { expect, it } from 'vitest';

import { frame, unframed } from './frame.ts';

it('gives back what was said and the bytes behind it', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.string()), fc.uint8Array(), (said, bytes) => {
      const back = unframed(frame(said, bytes));
      expect(JSON.stringify(back.said)).toBe(JSON.stringify(said));
      expect([...back.body]).toEqual([...bytes]);
    }),
  );
});

it('refuses what is shorter than it says', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 8 }), (bytes) => {
      const short = frame({ bytes: 8 }).slice(0, 4 + bytes.length);
      expect(() => unframed(short)).toThrow(RangeError);
    }),
  );
  expect(() => unframed(new Uint8Array(3))).toThrow(RangeError);
});

import fc from 'fast-check';
import { expect, it } from 'vitest';

import { decoder, encoded, type Frame } from './frames.ts';

it('gives frames back, however their bytes come', () => {
  const frame = fc.record({ kind: fc.constantFrom('o', 'd'), body: fc.uint8Array({ maxLength: 9 }) });
  const cuts = fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1 });
  fc.assert(
    fc.property(fc.array(frame), cuts, (frames, sizes) => {
      const bytes = Buffer.concat(frames.map(({ kind, body }) => encoded(kind, body)));
      const found: Frame[] = [];
      const take = decoder((each) => found.push({ ...each, body: Buffer.from(each.body) }));
      for (let at = 0, i = 0; at < bytes.length; i++) {
        const size = sizes[i % sizes.length];
        take(bytes.subarray(at, at + size));
        at += size;
      }
      expect(found.map(({ kind, body }) => ({ kind, body: [...body] }))).toEqual(
        frames.map(({ kind, body }) => ({ kind, body: [...body] })),
      );
    }),
  );
});

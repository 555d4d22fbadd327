import { expect, it } from 'vitest';

import { imageRecord, restartRecord, scalarsRecord, textRecord, versionRecord } from './event-file.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

// What RecordWriter of PyPI's tensorboard 2.21.0 makes of the same events.
it('writes the bytes that TensorBoard writes', () => {
  expect(hex(versionRecord(1.5))).toBe(
    '1800000000000000a37f4b2209000000000000f83f1a0d627261696e2e4576656e743a322a28646c',
  );
  const scalars = { 'train/bc_loss': 0, 'rollout/ep_rew_mean': 1234.5 };
  expect(hex(scalarsRecord(2.5, 80, scalars))).toBe(
    '3f000000000000005165766109000000000000044010502a320a140a0d747261696e2f62635f6c6f737315000000000a1a0a13' +
      '726f6c6c6f75742f65705f7265775f6d65616e1500509a44bc8600d4',
  );
  expect(hex(restartRecord(2.5, 81))).toBe('0f000000000000006d532b0909000000000000044010513a020801c27fad9b');
  expect(hex(textRecord(2.5, 80, { name: 'config', text: 'η = 1' }))).toBe(
    '33000000000000000ca7205609000000000000044010502a260a240a06636f6e666967421008071204120208014206ceb7203d20314a080a06' +
      '0a0474657874e70ea970',
  );
  const picture = { type: 'image/gif', width: 3, height: 2, bytes: Buffer.from('GIF89a') } as const;
  expect(hex(imageRecord(2.5, 80, { name: 'film', picture }))).toBe(
    '2500000000000000eabc36f309000000000000044010502a180a160a0466696c6d220e0802100318032206474946383961bb1d41c6',
  );
});

it('leaves out what is not a number', () => {
  const scalars = { a: NaN, b: 1, c: Infinity };
  expect(hex(scalarsRecord(2.5, 80, scalars))).toBe(hex(scalarsRecord(2.5, 80, { b: 1 })));
});

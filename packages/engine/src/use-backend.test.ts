import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { useBackend } from './use-backend.ts';

let before = '';
beforeEach(() => {
  before = tf.getBackend();
});
afterEach(async () => {
  vi.doUnmock('@tensorflow/tfjs-backend-wasm');
  await tf.setBackend(before);
});

describe('useBackend', () => {
  it.each(['wasm', 'cpu'] as const)('makes %s the backend that computes', async (name) => {
    expect(await useBackend(name)).toEqual({ name, refused: [] });
    expect(tf.getBackend()).toBe(name);
    const squares = tf.tidy(() => tf.tensor1d([1, 2, 3]).square().dataSync());
    expect(squares).toBeAllclose([1, 4, 9]);
  });

  it('takes the first that loads and says why those before it did not', async () => {
    vi.doMock('@tensorflow/tfjs-backend-wasm', () => ({
      setWasmPaths() {
        throw new Error('no such file\nand much more');
      },
    }));
    expect(await useBackend('wasm', 'cpu')).toEqual({
      name: 'cpu',
      refused: [{ name: 'wasm', reason: 'no such file' }],
    });
    await expect(useBackend('wasm')).rejects.toThrow(/^no backend loads: wasm \(no such file\)$/);
  });

  it('refuses an unknown name, and no name', async () => {
    // @ts-expect-error: a name that the types do not allow
    await expect(useBackend('webgl')).rejects.toThrow(RangeError);
    await expect(useBackend()).rejects.toThrow('useBackend: got no name, wanted tensorflow, wasm or cpu');
  });
});

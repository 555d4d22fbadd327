import type { Cluster, Compute } from '@dppo/cluster';

/** An interval of a mean, of so many per cent. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** What one task is told beside the shared values. */
interface Part {
  readonly seed: number;
  readonly resamples: number;
}

/** The part of a worker: means of resamples of the shared values, drawn with the seed of the task. */
export const resample: Compute = async (task, shared) => {
  const values = floats(await shared(task.shared[0]));
  const { seed, resamples }: Part = JSON.parse(new TextDecoder().decode(task.data));
  const random = generator(seed);
  const means = Float64Array.from({ length: resamples }, () => {
    let sum = 0;
    for (let i = 0; i < values.length; i++) sum += values[Math.floor(random() * values.length)];
    return sum / values.length;
  });
  return new Uint8Array(means.buffer);
};

/**
 * The percentile bootstrap interval of the mean of values, 95 % (Efron and Tibshirani, An Introduction to the Bootstrap, 1993, §13.3);
 * the same numbers whoever computes them.
 */
export async function interval(
  cluster: Cluster,
  values: Float64Array,
  { tasks = 20, resamples = 500 }: { readonly tasks?: number; readonly resamples?: number } = {},
): Promise<Interval> {
  const name = await cluster.share(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  const results = await cluster.map(
    Array.from({ length: tasks }, (_, seed) => ({
      kind: 'resample',
      shared: [name],
      data: new TextEncoder().encode(JSON.stringify({ seed, resamples } satisfies Part)),
    })),
  );
  await cluster.forget(name);
  const means = floats(Buffer.concat(results)).toSorted();
  return { low: means[Math.floor(0.025 * means.length)], high: means[Math.floor(0.975 * means.length)] };
}

/** Bytes as float64, wherever they begin. */
function floats(bytes: Uint8Array): Float64Array {
  return new Float64Array(new Uint8Array(bytes).buffer);
}

/** Numbers in [0, 1) by xorshift32 (Marsaglia, Xorshift RNGs, 2003), of a seed of 0 and above. */
export function generator(seed: number): () => number {
  let state = Math.imul(seed + 1, 2_654_435_761) >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

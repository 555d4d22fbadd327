import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { tensorflowBackend } from './backend.ts';
import { compile } from './compile.ts';

const matrix = (rows: number, columns: number, seed: number) =>
  tf.randomNormal<tf.Rank.R2>([rows, columns], 0, 1, 'float32', seed);

function counted<In extends unknown[], Out>(f: (...inputs: In) => Out) {
  const runs = { count: 0 };
  const compiled = compile((...inputs: In) => {
    runs.count++;
    return f(...inputs);
  });
  return { compiled, runs };
}

/** What tfjs-node counts; 0 on other backends. */
function counter(name: string): number {
  const count: unknown = Reflect.get(tf.backend(), name);
  return typeof count === 'function' ? Number(count.call(tf.backend())) : 0;
}

const columnMeans = (a: tf.Tensor2D, b: tf.Tensor2D) => tf.tidy(() => tf.concat([a, b.tanh()], 1).mean(0));

const onTensorflow = () => tensorflowBackend() !== undefined;

it('gives the values of the function for tensors that it was not recorded with', () => {
  const f = compile((a: tf.Tensor, b: tf.Tensor) => tf.tidy(() => a.matMul(b).add(1).relu()));
  const a = tf.tensor2d([
    [1, 2],
    [3, -4],
  ]);
  const b = tf.tensor2d([
    [1, 0],
    [2, 1],
  ]);
  // a·b = [[5, 2], [−5, −4]], b·a = [[1, 2], [5, 0]]
  expect(f(a, b)).toBeAllclose([6, 3, 0, 0]);
  expect(f(b, a)).toBeAllclose([2, 3, 6, 1]);
});

it('keeps two arguments apart that were one tensor at the first call', () => {
  const f = compile((a: tf.Tensor, b: tf.Tensor) => tf.sub(a, b));
  const [one, three] = [tf.scalar(1), tf.scalar(3)];
  expect(f(one, one)).toBeAllclose([0]);
  expect(f(three, one)).toBeAllclose([2]);
});

it('equals the function on shapes of any size', () => {
  const compiled = compile(columnMeans);
  const size = fc.integer({ min: 1, max: 4 });
  fc.assert(
    fc.property(size, size, fc.integer({ min: 1, max: 99 }), (rows, columns, seed) => {
      tf.tidy(() => {
        const [a, b] = [matrix(rows, columns, seed), matrix(rows, 3, seed + 1)];
        expect(compiled(a, b)).toBeAllclose(columnMeans(a, b));
      });
    }),
    { numRuns: 10 },
  );
});

it('runs the function once for each structure, shape, dtype and value that is no tensor', () => {
  const { compiled, runs } = counted((x: { a: tf.Tensor; scale?: number }, names: string[]) =>
    tf.tidy(() => x.a.mul(x.scale ?? 1).add(names.length)),
  );
  const floats = tf.tensor1d([1, 2]);
  const runsOf = (...inputs: Parameters<typeof compiled>) => {
    runs.count = 0;
    tf.dispose(compiled(...inputs));
    tf.dispose(compiled(...inputs));
    return runs.count;
  };
  const [first, later] = onTensorflow() ? [1, 0] : [2, 2];
  expect(runsOf({ a: floats, scale: 2 }, [])).toBe(first);
  expect(runsOf({ a: tf.tensor1d([5, 6]), scale: 2 }, [])).toBe(later);
  expect(runsOf({ a: floats, scale: 3 }, [])).toBe(first);
  expect(runsOf({ a: floats }, [])).toBe(first);
  expect(runsOf({ a: floats, scale: 2 }, ['x'])).toBe(first);
  expect(runsOf({ a: tf.tensor1d([1, 2, 3]), scale: 2 }, [])).toBe(first);
  expect(runsOf({ a: tf.tensor1d([1, 2], 'int32'), scale: 2 }, [])).toBe(first);
});

it('returns what the function returns: nested, with plain values, arguments and constants', () => {
  const f = compile((a: tf.Tensor, b: tf.Tensor) => ({ list: [a, tf.scalar(7)], own: { a, none: b.size } }));
  const [a, b] = [tf.tensor1d([1, 2]), tf.tensor1d([0, 0, 0])];
  const { list, own } = f(a, b);
  expect(list[0]).toBeAllclose([1, 2]);
  expect(list[1]).toBeAllclose([7]);
  expect(own.a).toBeAllclose([1, 2]);
  expect(own.none).toBe(3);
  if (onTensorflow()) tf.dispose([list, own]);
  expect(a).toBeAllclose([1, 2]);
  expect(compile(() => tf.scalar(3).square())()).toBeAllclose([9]);
  expect(compile((x: tf.Tensor) => ({ rank: x.rank }))(a)).toEqual({ rank: 1 });
});

it('takes what an algorithm hands over: lists of batches, states that are trees, rates by part, absent gradients', () => {
  interface Batch {
    readonly obs: Readonly<tf.NamedTensorMap>;
    readonly weight?: tf.Tensor;
  }
  /** Two steps against w·x of two batches, at rates of their own, counted in the state. */
  const { compiled, runs } = counted(
    (
      params: tf.NamedTensorMap,
      state: { own: { steps: tf.Tensor }; none: object },
      batches: readonly Batch[],
      rates: tf.NamedTensorMap,
    ) =>
      tf.tidy(() => {
        let { w } = params;
        for (const { obs, weight = tf.scalar(1) } of batches) {
          w = w.sub(
            tf
              .grad((x: tf.Tensor) => x.mul(obs['state']).mul(weight))(w)
              .mul(rates.network),
          );
        }
        const steps = state.own.steps.add(batches.length);
        return { gradients: { w }, terms: { loss: w.sum() }, state: { own: { steps }, none: {} } };
      }),
  );
  const run = (...numbers: number[]) =>
    compiled(
      { w: tf.scalar(numbers[0]), other: tf.scalar(9) },
      { own: { steps: tf.scalar(numbers[1]) }, none: {} },
      [
        { obs: { state: tf.scalar(numbers[2]) } },
        { obs: { state: tf.scalar(1) }, weight: tf.scalar(numbers[3]) },
      ],
      { network: tf.scalar(numbers[4]) },
    );
  // w − rate·(x₁ + weight₂): 5 − 0.1·(2 + 3);  1 − 1·(3 + 4).
  for (const [numbers, w, steps] of [
    [[5, 0, 2, 3, 0.1], 4.5, 2],
    [[1, 7, 3, 4, 1], -6, 9],
  ] as const) {
    const { gradients, terms, state } = run(...numbers);
    expect(Object.keys(gradients)).toEqual(['w']);
    expect(gradients.w).toBeAllclose([w]);
    expect(terms.loss).toBeAllclose([w]);
    expect(state.own.steps).toBeAllclose([steps]);
    expect(state.none).toEqual({});
  }
  expect(runs.count).toBe(onTensorflow() ? 1 : 2);
});

it('takes tensors of the closure by value', () => {
  const [weight, x] = [tf.scalar(2), tf.scalar(5)];
  const f = compile((y: tf.Tensor) => tf.mul(y, weight));
  expect(f(x)).toBeAllclose([10]);
  if (onTensorflow()) weight.dispose();
  expect(f(x)).toBeAllclose([10]);
});

it('keeps only its result', () => {
  const f = compile((a: tf.Tensor2D, b: tf.Tensor2D) => tf.tidy(() => [a.matMul(b), a.add(b).mean()]));
  const [a, b] = [matrix(3, 3, 1), matrix(3, 3, 2)];
  expect(() => f(a, b)).toKeepOnlyItsResult(); // records
  expect(() => f(a, b)).toKeepOnlyItsResult();
});

it('leaves no tensors in TensorFlow and no folder behind', () => {
  const f = compile((a: tf.Tensor2D) =>
    tf.tidy(() =>
      tf
        .scalar(2)
        .add(a.gather([1, 0]))
        .exp(),
    ),
  );
  const a = matrix(2, 2, 1);
  tf.dispose(a.exp());
  const before = counter('getNumOfTFTensors');
  for (let i = 0; i < 3; i++) tf.dispose(f(a));
  expect(counter('getNumOfTFTensors')).toBe(before);
  expect(readdirSync(tmpdir()).filter((name) => name.startsWith(`dppo-graph-${process.pid}-`))).toEqual([]);
});

it('gives its graphs back when it is garbage', async () => {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect !== 'function') throw new Error('this runtime cannot collect garbage on demand');
  const before = counter('getNumOfSavedModels');
  const use = () => {
    const squares = [1, 2, 3].map((scale) => compile((x: tf.Tensor) => x.square().mul(scale)));
    for (const square of squares) square(tf.scalar(2)).dispose();
    return counter('getNumOfSavedModels') - before;
  };
  expect(use()).toBe(onTensorflow() ? 3 : 0);
  // Finalizers run between two turns of the event loop, some time after a collection.
  for (let i = 0; i < 1000 && counter('getNumOfSavedModels') > before; i++) {
    collect();
    await setImmediate();
  }
  expect(counter('getNumOfSavedModels')).toBeLessThanOrEqual(before);
});

it('is differentiable, and may call another compiled function', () => {
  const square = compile((x: tf.Tensor) => x.square());
  const [gradient] = tf.grads((x: tf.Tensor) => square(x))([tf.scalar(3)]);
  expect(gradient).toBeAllclose([6]);
  const outer = compile((x: tf.Tensor) => tf.tidy(() => square(x).add(x)));
  expect(outer(tf.scalar(3))).toBeAllclose([12]);
  expect(outer(tf.scalar(4))).toBeAllclose([20]);
});

it('lets errors of the function through and stays usable', () => {
  const f = compile((x: tf.Tensor) => {
    if (x.size > 1) throw new RangeError('too many');
    return x.square();
  });
  const before = tf.memory().numTensors;
  const pair = tf.tensor1d([1, 2]);
  expect(() => f(pair)).toThrow('too many');
  pair.dispose();
  expect(tf.memory().numTensors).toBe(before);
  expect(f(tf.scalar(3))).toBeAllclose([9]);
});

it('refuses to read values that depend on arguments, and only those', () => {
  const reads = compile((x: tf.Tensor) => tf.scalar(x.add(1).dataSync()[0]));
  const readsConstant = compile((x: tf.Tensor) => x.add(tf.range(0, 3).sum().dataSync()[0]));
  expect(readsConstant(tf.scalar(1))).toBeAllclose([4]);
  if (!onTensorflow()) return;
  expect(() => reads(tf.scalar(1))).toThrow('reads the values');
});

it('names what it cannot take apart', () => {
  if (!onTensorflow()) return;
  expect(() => compile((x: Float32Array) => tf.tensor1d(x))(new Float32Array(2))).toThrow(
    'compile: got an object of class Float32Array',
  );
  expect(() => compile((g: () => number) => tf.scalar(g()))(() => 2)).toThrow('compile: got a function');
  expect(() => compile(() => new Map())()).toThrow('compile: got an object of class Map');
});

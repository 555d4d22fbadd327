import * as tf from '@tensorflow/tfjs';

/** How one parameter starts: uniform in ±bound, normal with mean 0, or everywhere `value`. */
type Start =
  | { readonly shape: readonly number[]; readonly bound: number }
  | { readonly shape: readonly number[]; readonly std: number }
  | { readonly shape: readonly number[]; readonly value: number };

/** How each parameter of a network starts, by its name. */
export type Starts = Readonly<Record<string, Start>>;

/** A Linear layer, y = x·Wᵀ + b with W [output, input]: both uniform in ±1/√input, PyTorch's default. */
export function linearStarts(name: string, input: number, output: number): Starts {
  return weighted(name, [output, input], input);
}

/** A Linear layer whose W is normal with std gain·√(2/(input + output)), PyTorch's xavier_normal_, and whose b is 0. */
export function xavierStarts(name: string, input: number, output: number, gain: number): Starts {
  const std = gain * Math.sqrt(2 / (input + output));
  return {
    [`${name}.weight`]: { shape: [output, input], std },
    [`${name}.bias`]: { shape: [output], value: 0 },
  };
}

/** A convolution, W [output, input, kernel]: uniform in ±1/√(input·kernel), PyTorch's default. */
export function convStarts(name: string, input: number, output: number, kernel: number): Starts {
  return weighted(name, [output, input, kernel], input * kernel);
}

/** A normalisation layer: weight 1, bias 0. */
export function normStarts(name: string, size: number): Starts {
  return { [`${name}.weight`]: { shape: [size], value: 1 }, [`${name}.bias`]: { shape: [size], value: 0 } };
}

function weighted(name: string, shape: readonly number[], fanIn: number): Starts {
  const bound = 1 / Math.sqrt(fanIn);
  return { [`${name}.weight`]: { shape, bound }, [`${name}.bias`]: { shape: [shape[0]], bound } };
}

/** The shapes that the parameters will have. */
export function shapesOf(starts: Starts): Readonly<Record<string, readonly number[]>> {
  return Object.fromEntries(Object.entries(starts).map(([name, { shape }]) => [name, shape]));
}

/** Draws the parameters; each has a generator of its own, so that no two are correlated. */
export function initialise(starts: Starts, seed: number): tf.NamedTensorMap {
  if (!Number.isSafeInteger(seed)) throw new RangeError(`init: seed ${seed}, wanted an integer`);
  // What is above 32 bits is folded in: times 65536 it would leave no room for i.
  const folded = (seed % 2 ** 32) ^ Math.imul(Math.trunc(seed / 2 ** 32), 0x9e3779b1);
  return tf.tidy(() => {
    const params: tf.NamedTensorMap = {};
    for (const [i, [name, start]] of Object.entries(starts).entries()) {
      // To tfjs, 0 is no seed.
      params[name] = draw(start, folded * 65_536 + i || -1);
    }
    return params;
  });
}

function draw(start: Start, seed: number): tf.Tensor {
  const shape = [...start.shape];
  if ('value' in start) return tf.zeros(shape).add(start.value);
  if ('std' in start) return tf.randomNormal(shape, 0, start.std, 'float32', seed);
  return tf.randomUniform(shape, -start.bound, start.bound, 'float32', seed);
}

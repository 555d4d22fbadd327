import { type GoldenArray, type GoldenCase, readGolden } from '@dppo/testing';
import * as tf from '@tensorflow/tfjs';
import { expect } from 'vitest';

/** The recorded cases: all of them where the recordings lie beside the project, otherwise those that the package keeps. */
export function goldenCases(name: string): GoldenCase[] {
  const all = readGolden(new URL(`../../../../shared/golden/${name}.json`, import.meta.url));
  const own = readGolden(new URL(`../golden/${name}.json.gz`, import.meta.url));
  return (all ?? own)!.cases;
}

export function tensors(arrays: Record<string, GoldenArray>): tf.NamedTensorMap {
  const named = Object.entries(arrays).map(
    ([name, { data, shape }]) => [name, tf.tensor(data, shape)] as const,
  );
  return Object.fromEntries(named);
}

export function shapes(map: tf.NamedTensorMap): Record<string, number[]> {
  return Object.fromEntries(Object.entries(map).map(([name, { shape }]) => [name, shape]));
}

/** The layer options that the reference's constructors share. */
export function layerOptions(constructor: GoldenCase['inputs']) {
  return {
    hidden: constructor.mlp_dims,
    activation: constructor.activation_type.toLowerCase(),
    outActivation: (constructor.out_activation_type ?? 'Identity').toLowerCase(),
    residual: constructor.residual_style,
    layerNorm: constructor.use_layernorm ?? false,
  };
}

/** Holds the gradients of sum(out·upstream) to the recorded ones, each within 2e-4 of the largest of the whole network. */
export function expectGradients(
  out: (params: tf.NamedTensorMap, input: tf.Tensor3D) => tf.Tensor,
  { inputs, outputs }: GoldenCase,
  input: tf.Tensor3D,
): void {
  const params = tensors(inputs.weights);
  const names = Object.keys(params);
  const upstream = tf.tensor(inputs.upstream.data, inputs.upstream.shape);
  const loss = (map: tf.NamedTensorMap, x: tf.Tensor3D) =>
    out(map, x).reshape(upstream.shape).mul(upstream).sum();

  const grads = tf.grads((...values) =>
    loss(Object.fromEntries(names.map((name, i) => [name, values[i]])), input),
  )(Object.values(params));
  const recorded: GoldenArray[] = names.map((name) => outputs.param_grads[name]);
  const largest = Math.max(...recorded.map((g) => Math.max(...Array.from(g.data, Math.abs))));
  const tolerance = { atol: 2e-4 * largest, rtol: 0 };
  for (const [i, g] of recorded.entries()) {
    expect(grads[i].shape).toEqual(g.shape);
    expect(grads[i]).toBeAllclose(g.data, tolerance);
  }
  const inputGrad = tf.grad((x) => loss(params, x.reshape(input.shape)))(input);
  expect(inputGrad).toBeAllclose(outputs.input0_grad?.data ?? inputGrad, tolerance);
}

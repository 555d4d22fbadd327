import { differentiate } from '@dppo/optim';
import * as tf from '@tensorflow/tfjs';

import { DivergenceError } from './diverged.ts';
import type { Column } from './rollout/table.ts';

/** The terms of a loss, one of them `loss` itself. */
export type Terms = { readonly loss: tf.Scalar; readonly [name: string]: tf.Scalar };

/** What adds the gradients of a part of a minibatch, times its share of the whole, to those so far; the terms are those of the part. */
export type PartialGradient<Batch, T extends Terms> = (
  params: tf.NamedTensorMap,
  batch: Batch,
  share: tf.Scalar,
  sum: tf.NamedTensorMap,
) => {
  readonly gradients: tf.NamedTensorMap;
  readonly names: (keyof T & string)[];
  /** The terms of these names. */
  readonly terms: tf.Tensor1D;
};

/** The gradient of a loss on a part of a minibatch; the share is in the loss, so that the sum is a plain one. */
export function partialGradient<Batch, T extends Terms>(
  termsOf: (params: tf.NamedTensorMap, batch: Batch) => T,
): PartialGradient<Batch, T> {
  return (params, batch, share, sum) => {
    const { gradients, terms } = differentiate((weights) => {
      const all = termsOf(weights, batch);
      return { loss: all.loss.mul<tf.Scalar>(share), terms: all };
    }, params);
    const added = Object.entries(gradients).map(([name, gradient]) => [
      name,
      name in sum ? sum[name].add(gradient) : gradient,
    ]);
    return {
      gradients: Object.fromEntries(added),
      names: Object.keys(terms),
      terms: tf.stack(Object.values(terms)).as1D(),
    };
  };
}

/** A part of the minibatch: its share of the whole, and its batch. */
export interface Part<Batch> {
  readonly share: number;
  readonly batch: () => Batch;
}

/** Gradients and scalars of a part of a minibatch, times its share of the whole; plain numbers. */
export interface Gradient<T> {
  /** One row of each parameter that there is a gradient of. */
  readonly gradients: { readonly [name: string]: Column<Float32Array> };
  readonly scalars: { readonly [name in keyof T]: number };
}

/** Σᵢ shareᵢ · partᵢ of gradients and scalars: those of a part of a minibatch, computed in pieces that stay in cache. */
export function averageGradient<Batch, T extends Terms>(
  gradient: PartialGradient<Batch, T>,
  params: tf.NamedTensorMap,
  parts: readonly Part<Batch>[],
): Gradient<T>;
export function averageGradient<Batch>(
  gradient: PartialGradient<Batch, Terms>,
  params: tf.NamedTensorMap,
  parts: readonly Part<Batch>[],
): Gradient<Terms> {
  const { sums, measured, counted } = tf.tidy(() => {
    let added: tf.NamedTensorMap = {};
    const pieces = parts.map(({ share, batch }) => {
      const previous = added;
      const { gradients, names, terms } = tf.tidy(() =>
        gradient(params, batch(), tf.scalar(share), previous),
      );
      tf.dispose(previous);
      added = gradients;
      return { share, names, terms };
    });
    return {
      sums: added,
      measured: tf.stack(pieces.map(({ terms }) => terms)),
      counted: pieces.map(({ share, names }) => ({ share, names })),
    };
  });
  // Not inside: `tf.tidy` looks for tensors among all numbers of an array that leaves it.
  const values = measured.dataSync();
  const scalars: { loss: number; [name: string]: number } = { loss: 0 };
  for (const [i, { share, names }] of counted.entries()) {
    for (const [j, name] of names.entries())
      scalars[name] = (scalars[name] ?? 0) + share * values[i * names.length + j];
  }
  const gradients = Object.entries(sums).map(([name, sum]) => [
    name,
    { shape: sum.shape, data: sum.dataSync<'float32'>() },
  ]);
  tf.dispose([sums, measured]);
  return { gradients: Object.fromEntries(gradients), scalars };
}

/** [0, length) in slices of at most `size`. */
export function slices(length: number, size: number): { from: number; to: number }[] {
  return Array.from({ length: Math.ceil(length / size) }, (_, i) => ({
    from: i * size,
    to: Math.min((i + 1) * size, length),
  }));
}

/** @throws DivergenceError if the number is not finite, by the name given */
export function finite(name: string, value: number): number {
  if (!Number.isFinite(value)) throw new DivergenceError(`${name} is ${value}, wanted a finite number`);
  return value;
}

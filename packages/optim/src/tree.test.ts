import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { copy, flatten, type Json, release, type Tree, unflatten } from './tree.ts';

const training = () => ({
  iteration: 3,
  actor: { 'mlp.0.weight': tf.tensor2d([[1, 2]]), bias: tf.scalar(3) },
  scale: { returns: [0.5, 1], mean: 2, note: null },
});

/** A branch of tensors, numbers, texts, lists and branches. */
const { branch } = fc.letrec<{ branch: { readonly [name: string]: Tree }; tree: Tree }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 3 },
    fc.integer(),
    fc.constantFrom<Json>('text', true, null, [1, [2]]),
    fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 2 }).map((shape) => tf.ones(shape)),
    tie('branch'),
  ),
  branch: fc.dictionary(fc.constantFrom('a', 'b', 'mlp.0.weight'), tie('tree')),
}));

/** A tree of the same form in which nothing is the same. */
function blank<T extends Tree>(tree: T): T;
function blank(tree: Tree): Tree {
  if (tree instanceof tf.Tensor) return tf.zerosLike(tree);
  if (Array.isArray(tree)) return [];
  if (typeof tree === 'number') return -1;
  if (typeof tree === 'string') return '';
  if (typeof tree === 'boolean') return !tree;
  return tree && Object.fromEntries(Object.entries(tree).map(([name, child]) => [name, blank(child)]));
}

describe('flatten', () => {
  it('names tensors by their paths, and keeps the rest where it was', () => {
    const tree = training();
    const { tensors, rest } = flatten(tree);
    expect(Object.keys(tensors)).toEqual(['actor.mlp.0.weight', 'actor.bias']);
    expect(tensors['actor.bias']).toBe(tree.actor.bias);
    expect(rest).toEqual({ iteration: 3, actor: {}, scale: { returns: [0.5, 1], mean: 2, note: null } });
  });

  it('refuses numbers that JSON does not have, also in lists, and a path that two tensors have', () => {
    const wanted = 'wanted a finite number';
    expect(() => flatten({ a: { b: NaN } })).toThrow(`flatten: a.b is NaN, ${wanted}`);
    expect(() => flatten({ a: { b: [1, [2, Infinity]] } })).toThrow(
      `flatten: a.b.1.1 is Infinity, ${wanted}`,
    );
    expect(() => flatten({ a: { 'b.c': tf.scalar(1) }, 'a.b': { c: tf.scalar(2) } })).toThrow(
      'flatten: a.b.c is two tensors, wanted a path for each',
    );
  });
});

describe('unflatten', () => {
  it('gives back the tree that was flattened, through JSON, and nothing of the one that it is like', () => {
    fc.assert(
      fc.property(branch, (tree) => {
        const { tensors, rest } = flatten(tree);
        const again = flatten(unflatten(blank(tree), { tensors, rest: JSON.parse(JSON.stringify(rest)) }));
        expect(again.rest).toEqual(rest);
        expect(Object.keys(again.tensors)).toEqual(Object.keys(tensors));
        for (const [path, tensor] of Object.entries(tensors)) expect(again.tensors[path]).toBe(tensor);
      }),
    );
  });

  it.each<[path: string, got: string, wanted: string, other: () => { [name: string]: Tree }]>([
    ['iteration', 'missing', 'a number', () => ({ iteration: tf.scalar(3) })],
    ['iteration', 'a string', 'a number', () => ({ iteration: '3' })],
    ['scale', 'null', 'a branch', () => ({ scale: null })],
    ['scale', 'a list', 'a branch', () => ({ scale: [1] })],
    ['scale.returns', 'a branch', 'a list', () => ({ scale: { returns: {}, mean: 2, note: null } })],
    ['scale.more', 'a number', 'nothing of that name', () => ({ scale: { ...training().scale, more: 1 } })],
    ['actor.bias', 'missing', 'a tensor []', () => ({ actor: { 'mlp.0.weight': tf.zeros([1, 2]) } })],
    ['actor.mlp.0.weight', '[2, 1]', '[1, 2]', () => ({ actor: { 'mlp.0.weight': tf.zeros([2, 1]) } })],
    ['more', 'a tensor', 'nothing of that name', () => ({ more: tf.zeros([2]) })],
  ])('refuses a tree whose %s is %s where %s is wanted', (path, got, wanted, other) => {
    expect(() => unflatten(training(), flatten({ ...training(), ...other() }))).toThrow(
      new RangeError(`unflatten: ${path} is ${got}, wanted ${wanted}`),
    );
  });
});

describe('copy', () => {
  it('is the same tree, and outlives the one that it was made of', () => {
    const tree = training();
    const same = copy(tree);
    expect(flatten(same).rest).toEqual(flatten(tree).rest);
    release(tree);
    expect(same.actor['mlp.0.weight']).toBeAllclose([1, 2]);
    expect(same.actor.bias).toBeAllclose([3]);
    expect(() => copy(same).actor).toKeepOnlyItsResult();
  });
});

describe('release', () => {
  it('disposes of all tensors but those that one of the trees kept has, wherever they are in it', () => {
    const tree = { a: tf.scalar(1), b: { c: tf.scalar(2), d: tf.scalar(3) }, n: 4 };
    const before = tf.memory().numTensors;
    release(tree, { elsewhere: { a: tree.a } }, tree.b.d);
    expect(tf.memory().numTensors).toBe(before - 1);
    expect([tree.a, tree.b.c, tree.b.d].map((tensor) => tensor.isDisposed)).toEqual([false, true, false]);
  });
});

import * as tf from '@tensorflow/tfjs';

/** What JSON can say. */
export type Json = number | string | boolean | null | readonly Json[] | { readonly [name: string]: Json };

/** Tensors and plain data by name, nested: parameters, states of optimizers, counters, a whole training. */
export type Tree = tf.Tensor | Json | { readonly [name: string]: Tree };

/** A tree of tensors alone. */
export type TensorTree = tf.Tensor | { readonly [name: string]: TensorTree };

/** A tree as files keep it. */
export interface Flat {
  /** Tensors by their paths, joined with dots. */
  readonly tensors: tf.NamedTensorMap;
  /** The same tree without its tensors. */
  readonly rest: Json;
}

/**
 * The tensors of `tree` by their paths, borrowed, and the rest of it.
 *
 * @throws RangeError naming a path that two tensors have, or that of a number that is not finite, which JSON cannot say
 */
export function flatten(tree: { readonly [name: string]: Tree }): Flat {
  const tensors: tf.NamedTensorMap = {};
  const walk = (branch: { readonly [name: string]: Tree }, path: string): Json => {
    const rest: Record<string, Json> = {};
    for (const [name, child] of Object.entries(branch)) {
      const below = `${path}${name}`;
      if (child instanceof tf.Tensor) {
        if (below in tensors)
          throw new RangeError(`flatten: ${below} is two tensors, wanted a path for each`);
        tensors[below] = child;
      } else if (isBranch(child)) rest[name] = walk(child, `${below}.`);
      else {
        checkFinite(child, below);
        rest[name] = child;
      }
    }
    return rest;
  };
  const rest = walk(tree, '');
  return { tensors, rest };
}

/**
 * The tree of the form of `like` that was flattened; lists are taken as they are.
 *
 * @throws RangeError naming the path of what is missing, unknown, of another shape or of another kind than in `like`
 */
export function unflatten<T extends { readonly [name: string]: Tree }>(like: T, flat: Flat): T;
export function unflatten(like: { readonly [name: string]: Tree }, { tensors, rest }: Flat): Tree {
  const unknown = new Set(Object.keys(tensors));
  const tensorAt = (path: string, { shape }: tf.Tensor): tf.Tensor => {
    if (!unknown.delete(path)) refuse(path, 'missing', `a tensor [${shape.join(', ')}]`);
    const got = tensors[path].shape;
    if (got.join() !== shape.join()) refuse(path, `[${got.join(', ')}]`, `[${shape.join(', ')}]`);
    return tensors[path];
  };
  const walk = (branch: { readonly [name: string]: Tree }, other: Tree, path: string): Tree => {
    const found = isBranch(other) ? other : {};
    const entries = Object.entries(branch).map(([name, child]): [string, Tree] => {
      const below = `${path}${name}`;
      if (child instanceof tf.Tensor) return [name, tensorAt(below, child)];
      const kind = kindOf(child);
      const got = name in found ? kindOf(found[name]) : 'missing';
      if (got !== kind) refuse(below, got, kind);
      return [name, isBranch(child) ? walk(child, found[name], `${below}.`) : found[name]];
    });
    for (const name of Object.keys(found)) {
      if (!(name in branch)) refuse(`${path}${name}`, kindOf(found[name]), 'nothing of that name');
    }
    return Object.fromEntries(entries);
  };
  const tree = walk(like, rest, '');
  for (const path of unknown) refuse(path, 'a tensor', 'nothing of that name');
  return tree;
}

/** What `tree` holds, with tensors of its own. */
export function copy<T extends Tree>(tree: T): T;
export function copy(tree: Tree): Tree {
  if (tree instanceof tf.Tensor) return tree.clone();
  if (!isBranch(tree)) return tree;
  return Object.fromEntries(Object.entries(tree).map(([name, child]) => [name, copy(child)]));
}

/** Disposes of the tensors of `tree` but those that the trees `kept` have too. */
export function release(tree: Tree, ...kept: readonly Tree[]): void {
  const alive = new Set(kept.flatMap((other) => tensorsIn(other)));
  for (const tensor of tensorsIn(tree)) if (!alive.has(tensor)) tensor.dispose();
}

function tensorsIn(tree: Tree): tf.Tensor[] {
  if (tree instanceof tf.Tensor) return [tree];
  return isBranch(tree) ? Object.values(tree).flatMap((child) => tensorsIn(child)) : [];
}

function isBranch(tree: Tree): tree is { readonly [name: string]: Tree } {
  return kindOf(tree) === 'a branch';
}

function kindOf(node: Tree): string {
  if (node === null) return 'null';
  if (node instanceof tf.Tensor) return 'a tensor';
  if (Array.isArray(node)) return 'a list';
  return typeof node === 'object' ? 'a branch' : `a ${typeof node}`;
}

function checkFinite(json: Json, path: string): void {
  if (typeof json === 'number' && !Number.isFinite(json))
    throw new RangeError(`flatten: ${path} is ${json}, wanted a finite number`);
  if (typeof json !== 'object' || json === null) return;
  for (const [name, child] of Object.entries<Json>(json)) checkFinite(child, `${path}.${name}`);
}

function refuse(path: string, got: string, wanted: string): never {
  throw new RangeError(`unflatten: ${path} is ${got}, wanted ${wanted}`);
}

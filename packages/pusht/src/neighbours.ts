import { inserted, isLeaf, type Leaf, type Pair, removed, type Tree } from './box-tree.ts';
import { type Box, contains, meets } from './box.ts';

/** A shape that moves. */
export interface Mover {
  /** Which shape of all. */
  readonly shape: number;
  /** Around it as it is. */
  readonly box: () => Box;
  /** px/s */
  readonly velocity: () => readonly [x: number, y: number];
}

/** What is told of shapes that may touch: the numbers of two, the one that moves first. */
export type Meeting = (shape: number, other: number) => void;

/**
 * Finds shapes near one another in the order in which Chipmunk 7.0.3's trees of boxes do, on which the result of a few iterations of the solver
 * depends. `fixed` and `movers` are in the order in which they were added, the shape of a fixed one is its index.
 *
 * @see https://github.com/slembcke/Chipmunk2D, src/cpBBTree.c
 */
export function neighbours(fixed: readonly Box[], movers: readonly Mover[]): (meet: Meeting) => void {
  let stamp = 0;
  let still: Tree | undefined;
  let moving: Tree | undefined;
  const leafOf = (shape: number, box: Box): Leaf => ({
    shape,
    box,
    stamp: stamp++,
    pairs: [],
    parent: undefined,
  });
  for (const [shape, box] of fixed.entries()) still = inserted(still, leafOf(shape, box));
  const leaves = movers.map((mover) => {
    const leaf = leafOf(mover.shape, roomFor(mover));
    moving = inserted(moving, leaf);
    mark(leaf, leaf.stamp, still, () => {});
    return { leaf, mover };
  });
  // Leaves lie in a table of five bins by the numbers of their shapes.
  const inTable = leaves.toSorted((one, other) => (one.leaf.shape % 5) - (other.leaf.shape % 5));

  return (meet) => {
    for (const { leaf, mover } of inTable) {
      if (contains(leaf.box, mover.box())) continue;
      leaf.box = roomFor(mover);
      moving = inserted(moving && removed(moving, leaf), leaf);
      for (const pair of leaf.pairs) forget(pair, leaf);
      leaf.pairs = [];
      leaf.stamp = stamp;
    }
    markAll(moving, stamp, still, meet);
    stamp += 1;
  };
}

/** A box with room for where its shape moves within a tenth of a second, or for a tenth of its size. */
function roomFor({ box, velocity }: Mover): Box {
  const { left, right, top, bottom } = box();
  const [width, height] = [0.1 * (right - left), 0.1 * (bottom - top)];
  const [vx, vy] = velocity().map((speed) => 0.1 * speed);
  return {
    left: left + Math.min(-width, vx),
    right: right + Math.max(width, vx),
    top: top + Math.min(-height, vy),
    bottom: bottom + Math.max(height, vy),
  };
}

function markAll(tree: Tree | undefined, stamp: number, still: Tree | undefined, meet: Meeting): void {
  if (tree === undefined) return;
  if (isLeaf(tree)) return mark(tree, stamp, still, meet);
  markAll(tree.a, stamp, still, meet);
  markAll(tree.b, stamp, still, meet);
}

/** Tells what a leaf may touch: by looking for it where its box is new, otherwise from its pairs. */
function mark(leaf: Leaf, stamp: number, still: Tree | undefined, meet: Meeting): void {
  if (leaf.stamp !== stamp) {
    for (const { first, second } of leaf.pairs.slice()) {
      if (second === leaf) meet(first.shape, leaf.shape);
    }
    return;
  }
  if (still) look(still, leaf, meet);
  for (let node: Tree = leaf; node.parent; node = node.parent) {
    const { a, b }: { a: Tree; b: Tree } = node.parent;
    if (node === a) lookAhead(b, leaf);
    else look(a, leaf, meet);
  }
}

/** Tells what of a tree a leaf may touch. */
function look(tree: Tree, leaf: Leaf, meet: Meeting): void {
  if (!meets(leaf.box, tree.box)) return;
  if (!isLeaf(tree)) {
    look(tree.a, leaf, meet);
    look(tree.b, leaf, meet);
    return;
  }
  if (tree.stamp < leaf.stamp) keep({ first: tree, second: leaf });
  meet(leaf.shape, tree.shape);
}

/** Pairs a leaf with what of a tree it may touch and is still to be marked. */
function lookAhead(tree: Tree, leaf: Leaf): void {
  if (!meets(leaf.box, tree.box)) return;
  if (isLeaf(tree)) return keep({ first: leaf, second: tree });
  lookAhead(tree.a, leaf);
  lookAhead(tree.b, leaf);
}

function keep(pair: Pair): void {
  for (const leaf of [pair.first, pair.second]) leaf.pairs.unshift(pair);
}

/** Removes a pair from the list of its other leaf. */
function forget(pair: Pair, leaf: Leaf): void {
  const other = pair.first === leaf ? pair.second : pair.first;
  other.pairs = other.pairs.filter((each) => each !== pair);
}

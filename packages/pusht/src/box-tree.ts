import { apartness, areaOf, around, type Box } from './box.ts';

/** A shape in a tree of boxes. */
export interface Leaf {
  readonly shape: number;
  /** Around the shape, with room to move in. */
  box: Box;
  /** The step in which it got its box. */
  stamp: number;
  /** With the leaves near it, the latest first. */
  pairs: Pair[];
  parent: Branch | undefined;
}

/** Two leaves that may touch. */
export interface Pair {
  readonly first: Leaf;
  readonly second: Leaf;
}

/** Two parts of a tree. */
interface Branch {
  box: Box;
  a: Tree;
  b: Tree;
  parent: Branch | undefined;
}

export type Tree = Leaf | Branch;

export function isLeaf(tree: Tree): tree is Leaf {
  return 'shape' in tree;
}

/** A tree with a leaf more, put where boxes grow least (Chipmunk 7.0.3, src/cpBBTree.c: SubtreeInsert). */
export function inserted(tree: Tree | undefined, leaf: Leaf): Tree {
  if (tree === undefined) return leaf;
  if (isLeaf(tree)) return branch(leaf, tree);
  const { a, b } = tree;
  let costA = areaOf(b.box) + areaOf(around(a.box, leaf.box));
  let costB = areaOf(a.box) + areaOf(around(b.box, leaf.box));
  if (costA === costB) [costA, costB] = [apartness(a.box, leaf.box), apartness(b.box, leaf.box)];
  if (costB < costA) tree.b = below(tree, inserted(b, leaf));
  else tree.a = below(tree, inserted(a, leaf));
  tree.box = around(tree.box, leaf.box);
  return tree;
}

/** A tree without one of its leaves (SubtreeRemove). */
export function removed(tree: Tree, leaf: Leaf): Tree | undefined {
  const { parent } = leaf;
  if (parent === undefined) return undefined;
  const other = parent.a === leaf ? parent.b : parent.a;
  const above = parent.parent;
  other.parent = above;
  if (above === undefined) return other;
  if (above.a === parent) above.a = other;
  else above.b = other;
  for (let node: Branch | undefined = above; node; node = node.parent)
    node.box = around(node.a.box, node.b.box);
  return tree;
}

function branch(a: Tree, b: Tree): Branch {
  const made: Branch = { box: around(a.box, b.box), a, b, parent: undefined };
  a.parent = made;
  b.parent = made;
  return made;
}

function below(parent: Branch, tree: Tree): Tree {
  tree.parent = parent;
  return tree;
}

import type { OpAttribute, TensorMetadata } from './backend.ts';

/** A constant tensor, `content` its elements row-major. */
export interface Constant extends Pick<TensorMetadata, 'shape' | 'dtype'> {
  readonly content: Uint8Array;
}

/** An attribute of a node; `constant` for the value of a Const. */
export type NodeAttribute = OpAttribute | { readonly name: string; readonly constant: Constant };

/** An operation of a TensorFlow graph; `inputs` are outputs of other nodes, as `name:index`. */
export interface GraphNode {
  readonly name: string;
  readonly op: string;
  readonly inputs: readonly string[];
  readonly attributes: readonly NodeAttribute[];
}

/** Kinds of attributes, numbered as TF_AttrType of TensorFlow's C interface numbers them. */
export const attributeKind = { string: 0, int: 1, float: 2, bool: 3, type: 4, shape: 5 } as const;

/** TensorFlow's number of the type int32. */
export const int32 = 3;

/** An attribute that is the type of a tensor. */
export function typeAttribute(name: string, dtype: number): OpAttribute {
  return { name, type: attributeKind.type, value: dtype };
}

/** A node that is given a tensor from outside. */
export function placeholder(name: string, { dtype, shape }: TensorMetadata): GraphNode {
  const attributes = [
    typeAttribute('dtype', dtype),
    { name: 'shape', type: attributeKind.shape, value: shape },
  ];
  return { name, op: 'Placeholder', inputs: [], attributes };
}

/** A node that is a constant. */
export function constantNode(name: string, constant: Constant): GraphNode {
  const attributes = [typeAttribute('dtype', constant.dtype), { name: 'value', constant }];
  return { name, op: 'Const', inputs: [], attributes };
}

/** A node that is a list of whole numbers. */
export function integersNode(name: string, values: readonly number[]): GraphNode {
  const content = new Uint8Array(Int32Array.from(values).buffer);
  return constantNode(name, { dtype: int32, shape: [values.length], content });
}

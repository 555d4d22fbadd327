import { attributeKind, type GraphNode, typeAttribute } from './graph.ts';

/** TensorFlow's numbers of the types. */
const [float32, bfloat16] = [1, 14];

const products = new Set(['BatchMatMulV2', 'MatMul']);

/** The same graph, but its products of float32 matrices take bfloat16 factors; their results are rounded to bfloat16 too. */
export function narrowProducts(nodes: readonly GraphNode[]): readonly GraphNode[] {
  return nodes.flatMap((node) => {
    const { name, op, inputs, attributes } = node;
    const isFloat = attributes.some((each) => each.name === 'T' && 'value' in each && each.value === float32);
    if (!products.has(op) || !isFloat) return [node];
    const factors = inputs.map((input, i) => cast(`${name}_factor${i}`, input, [float32, bfloat16]));
    const product = {
      ...node,
      name: `${name}_product`,
      inputs: factors.map((factor) => `${factor.name}:0`),
      attributes: attributes.map((each) => (each.name === 'T' ? typeAttribute('T', bfloat16) : each)),
    };
    return [...factors, product, cast(name, `${product.name}:0`, [bfloat16, float32])];
  });
}

function cast(name: string, input: string, [from, to]: readonly [number, number]): GraphNode {
  const truncate = { name: 'Truncate', type: attributeKind.bool, value: false };
  return {
    name,
    op: 'Cast',
    inputs: [input],
    attributes: [typeAttribute('SrcT', from), typeAttribute('DstT', to), truncate],
  };
}

import { type GraphNode, int32, integersNode, type NodeAttribute, typeAttribute } from './graph.ts';

/** An output of a node. */
export interface Source {
  /** The output as `name:index`. */
  readonly from: string;
  readonly dtype: number;
  readonly shape: readonly number[];
}

/** From how many rows in A, and how many products with the same B, on it pays to transpose. */
const worthwhile = { rows: 8, products: 4 };

/**
 * The same graph, but a matrix B that is in many products A·Bᵀ, such as the weights [out, in] of a network that runs in a loop,
 * is transposed once: with some dozens of rows in A, TensorFlow takes two to three times as long for A·Bᵀ as for A·B.
 */
export function hoistTransposes(
  nodes: readonly GraphNode[],
  sources: readonly Source[],
): readonly GraphNode[] {
  const shapes = new Map(sources.map(({ from, shape }) => [from, shape]));
  const isSlow = ({ op, inputs: [a], attributes }: GraphNode) =>
    op === 'BatchMatMulV2' &&
    attributes.some(isTransposition) &&
    (shapes.get(a) ?? []).slice(0, -1).reduce((product, size) => product * size, 1) >= worthwhile.rows;
  const counts = new Map<string, number>();
  for (const node of nodes.filter(isSlow)) counts.set(node.inputs[1], (counts.get(node.inputs[1]) ?? 0) + 1);
  const matrices = sources.filter(
    ({ from, shape }) => shape.length === 2 && (counts.get(from) ?? 0) >= worthwhile.products,
  );
  const transposes = new Map(matrices.map((matrix, i) => [matrix.from, transpose(`t${i}`, matrix)]));
  const rewritten = nodes.map((node): GraphNode => {
    const [transposed] = transposes.get(node.inputs[1]) ?? [];
    if (!transposed || !isSlow(node)) return node;
    const attributes = node.attributes.map((attribute) =>
      isTransposition(attribute) ? { ...attribute, value: false } : attribute,
    );
    return { ...node, inputs: [node.inputs[0], `${transposed.name}:0`], attributes };
  });
  return [...rewritten, ...[...transposes.values()].flat()];
}

function isTransposition(attribute: NodeAttribute): boolean {
  return attribute.name === 'adj_y' && 'value' in attribute && attribute.value === true;
}

/** Nodes of which the first is the transposed matrix. It is one of a batch: TensorFlow would fold a plain transpose back into the product. */
function transpose(name: string, { from, dtype, shape: [rows, columns] }: Source): GraphNode[] {
  const [type, shapeType] = [typeAttribute('T', dtype), typeAttribute('Tshape', int32)];
  return [
    {
      name,
      op: 'Reshape',
      inputs: [`${name}_turned:0`, `${name}_shape:0`],
      attributes: [type, shapeType],
    },
    {
      name: `${name}_turned`,
      op: 'Transpose',
      inputs: [`${name}_batch:0`, `${name}_order:0`],
      attributes: [type, typeAttribute('Tperm', int32)],
    },
    {
      name: `${name}_batch`,
      op: 'Reshape',
      inputs: [from, `${name}_of_one:0`],
      attributes: [type, shapeType],
    },
    integersNode(`${name}_shape`, [columns, rows]),
    integersNode(`${name}_order`, [0, 2, 1]),
    integersNode(`${name}_of_one`, [1, rows, columns]),
  ];
}

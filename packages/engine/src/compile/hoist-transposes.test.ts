import { expect, it } from 'vitest';
import { attributeKind, type GraphNode } from './graph.ts';
import { hoistTransposes } from './hoist-transposes.ts';

const source = (from: string, shape: readonly number[]) => ({ from, dtype: 1, shape });

/** x·Wᵀ, and so on with the result: `count` products with the same W [8, 8]. */
function chain(count: number, rows: number) {
  const nodes = Array.from({ length: count }, (_, i): GraphNode => ({
    name: `n${i}`,
    op: 'BatchMatMulV2',
    inputs: [i === 0 ? 'x:0' : `n${i - 1}:0`, 'w:0'],
    attributes: [
      { name: 'adj_x', type: attributeKind.bool, value: false },
      { name: 'adj_y', type: attributeKind.bool, value: true },
    ],
  }));
  const products = nodes.map(({ name }) => source(`${name}:0`, [rows, 8]));
  return { nodes, sources: [source('x:0', [rows, 8]), source('w:0', [8, 8]), ...products] };
}

it('transposes a matrix of many products once', () => {
  const { nodes, sources } = chain(5, 40);
  const result = hoistTransposes(nodes, sources);
  expect(result.filter(({ op }) => op === 'Transpose').length).toBe(1);
  for (const { inputs, attributes } of result.slice(0, 5)) {
    expect(inputs[1]).toBe('t0:0');
    expect(attributes).toContainEqual({ name: 'adj_y', type: attributeKind.bool, value: false });
  }
});

it.each([
  ['few products', chain(3, 40)],
  ['few rows', chain(5, 1)],
])('leaves %s alone', (_title, { nodes, sources }) => {
  expect(hoistTransposes(nodes, sources)).toEqual(nodes);
});

import { createRequire } from 'node:module';
import { expect, it } from 'vitest';
import { attributeKind, constantNode, type GraphNode, placeholder } from './graph.ts';
import { savedModel } from './saved-model.ts';

interface Message {
  toObject(): unknown;
}
// An independent reader of the same messages: those with which tfjs-node reads models.
const messages: { SavedModel: { deserializeBinary(bytes: Uint8Array): Message } } = createRequire(
  import.meta.url,
)('@tensorflow/tfjs-node/dist/proto/api_pb.js');

const isSet = (value: unknown) => Boolean(value) && !(Array.isArray(value) && value.length === 0);

/** The message without the fields that are unset. */
function read(nodes: readonly GraphNode[]): unknown {
  const message = messages.SavedModel.deserializeBinary(savedModel(nodes)).toObject();
  return JSON.parse(JSON.stringify(message), (_key, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).filter(([, field]) => isSet(field)))
      : value,
  );
}

it('writes an empty graph as protocol buffers do by hand', () => {
  // SavedModel { 1: 1, 2: MetaGraphDef { 1: { 4: 'serve' }, 2: GraphDef { 4: { 1: 1087 } } } }; 1087 = 8·128 + 63
  const meta = [0x0a, 7, 0x22, 5, ...Buffer.from('serve')];
  const graph = [0x12, 5, 0x22, 3, 0x08, 0xbf, 0x08];
  expect([...savedModel([])]).toEqual([0x08, 1, 0x12, 16, ...meta, ...graph]);
});

it('writes what tfjs-node reads', () => {
  const kinds = attributeKind;
  const node: GraphNode = {
    name: 'n',
    op: 'Op',
    inputs: ['i0:0', 'c1:0'],
    attributes: [
      { name: 'string', type: kinds.string, value: 'SAME' },
      { name: 'int', type: kinds.int, value: -2 },
      { name: 'float', type: kinds.float, value: 0.5 },
      { name: 'bool', type: kinds.bool, value: true },
      { name: 'type', type: kinds.type, value: 3 },
      { name: 'ints', type: kinds.int, value: [1, 300] },
    ],
  };
  const constant = { dtype: 1, shape: [2], content: new Uint8Array(Float32Array.of(1, 2).buffer) };
  const nodes = [placeholder('i0', { id: 0, dtype: 1, shape: [3, 200] }), constantNode('c1', constant), node];
  const nodeList = [
    {
      name: 'i0',
      op: 'Placeholder',
      attrMap: [
        ['dtype', { type: 1 }],
        ['shape', { shape: { dimList: [{ size: 3 }, { size: 200 }] } }],
      ],
    },
    {
      name: 'c1',
      op: 'Const',
      attrMap: [
        ['dtype', { type: 1 }],
        // 1 and 2 are 0000803f and 00000040, in base64
        [
          'value',
          { tensor: { dtype: 1, tensorShape: { dimList: [{ size: 2 }] }, tensorContent: 'AACAPwAAAEA=' } },
        ],
      ],
    },
    {
      name: 'n',
      op: 'Op',
      inputList: ['i0:0', 'c1:0'],
      attrMap: [
        ['bool', { b: true }],
        ['float', { f: 0.5 }],
        ['int', { i: -2 }],
        ['ints', { list: { iList: [1, 300] } }],
        ['string', { s: Buffer.from('SAME').toString('base64') }],
        ['type', { type: 3 }],
      ],
    },
  ];
  const graphDef = { nodeList, versions: { producer: 1087 } };
  expect(read(nodes)).toEqual({
    savedModelSchemaVersion: 1,
    metaGraphsList: [{ metaInfoDef: { tagsList: ['serve'] }, graphDef }],
  });
});

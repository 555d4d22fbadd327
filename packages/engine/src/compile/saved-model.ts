import type { OpAttribute } from './backend.ts';
import { attributeKind, type GraphNode, type NodeAttribute } from './graph.ts';

/** The GraphDef version of TensorFlow 2.9, for which tfjs-node writes its operations. */
const graphVersion = 1087;

/**
 * The graph as the bytes of a saved_model.pb with the tag `serve`: protocol buffer messages SavedModel, MetaGraphDef, GraphDef
 * (tensorflow/core/protobuf/saved_model.proto, meta_graph.proto and tensorflow/core/framework/graph.proto).
 */
export function savedModel(nodes: readonly GraphNode[]): Uint8Array {
  const graph = message(...nodes.map((node) => bytes(1, nodeDef(node))), bytes(4, varint(1, graphVersion)));
  const metaGraph = message(bytes(1, text(4, 'serve')), bytes(2, graph));
  return message(varint(1, 1), bytes(2, metaGraph));
}

function nodeDef({ name, op, inputs, attributes }: GraphNode): Buffer {
  return message(
    text(1, name),
    text(2, op),
    ...inputs.map((input) => text(3, input)),
    ...attributes.map((attribute) => bytes(5, message(text(1, attribute.name), bytes(2, value(attribute))))),
  );
}

function value(attribute: NodeAttribute): Buffer {
  if ('constant' in attribute) {
    const { dtype, shape, content } = attribute.constant;
    return bytes(8, message(varint(1, dtype), bytes(2, shapeOf(shape)), bytes(4, content)));
  }
  if (Array.isArray(attribute.value) && attribute.type !== attributeKind.shape) {
    return bytes(1, message(...attribute.value.map((item) => single({ ...attribute, value: item }))));
  }
  return single(attribute);
}

function single({ name, type, value: of }: OpAttribute): Buffer {
  switch (type) {
    case attributeKind.string:
      return text(2, String(of));
    case attributeKind.int:
      return varint(3, Number(of));
    case attributeKind.float:
      return float(4, Number(of));
    case attributeKind.bool:
      return varint(5, Number(of));
    case attributeKind.type:
      return varint(6, Number(of));
    case attributeKind.shape:
      return bytes(7, shapeOf([of].flat().map(Number)));
    default:
      throw new Error(`compile: attribute ${name} is of kind ${type}, which it cannot write`);
  }
}

function shapeOf(shape: readonly number[]): Buffer {
  return message(...shape.map((size) => bytes(2, varint(1, size))));
}

// The wire format: https://protobuf.dev/programming-guides/encoding

function message(...fields: Buffer[]): Buffer {
  return Buffer.concat(fields);
}

function varint(field: number, of: number): Buffer {
  return Buffer.concat([base128(field * 8), base128(of)]);
}

function bytes(field: number, of: Uint8Array): Buffer {
  return Buffer.concat([base128(field * 8 + 2), base128(of.byteLength), of]);
}

function text(field: number, of: string): Buffer {
  return bytes(field, Buffer.from(of));
}

function float(field: number, of: number): Buffer {
  const little = Buffer.alloc(4);
  little.writeFloatLE(of);
  return Buffer.concat([base128(field * 8 + 5), little]);
}

function base128(of: number): Buffer {
  const digits = [];
  let rest = BigInt.asUintN(64, BigInt(of)); // negative numbers are written as 64-bit two's complement
  for (; rest > 127n; rest >>= 7n) digits.push(Number(rest & 127n) | 128);
  return Buffer.from([...digits, Number(rest)]);
}

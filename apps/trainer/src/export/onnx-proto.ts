import protobuf from 'protobufjs';

/** The part of ONNX's file format that feed-forward graphs need. Source: https://github.com/onnx/onnx/blob/v1.17.0/onnx/onnx.proto */
const schema = `
syntax = "proto3";
message AttributeProto {
  string name = 1; float f = 2; int64 i = 3; repeated int64 ints = 8; int32 type = 20;
}
message NodeProto {
  repeated string input = 1; repeated string output = 2; string name = 3; string op_type = 4;
  repeated AttributeProto attribute = 5;
}
message TensorProto { repeated int64 dims = 1; int32 data_type = 2; string name = 8; bytes raw_data = 9; }
message Dimension { oneof value { int64 dim_value = 1; string dim_param = 2; } }
message TensorShapeProto { repeated Dimension dim = 1; }
message TensorType { int32 elem_type = 1; TensorShapeProto shape = 2; }
message TypeProto { TensorType tensor_type = 1; }
message ValueInfoProto { string name = 1; TypeProto type = 2; string doc_string = 3; }
message GraphProto {
  repeated NodeProto node = 1; string name = 2; repeated TensorProto initializer = 5;
  repeated ValueInfoProto input = 11; repeated ValueInfoProto output = 12;
}
message OperatorSetIdProto { string domain = 1; int64 version = 2; }
message StringStringEntryProto { string key = 1; string value = 2; }
message ModelProto {
  int64 ir_version = 1; string producer_name = 2; string doc_string = 6; GraphProto graph = 7;
  repeated OperatorSetIdProto opset_import = 8; repeated StringStringEntryProto metadata_props = 14;
}`;

/** Version of the operators, and of the file format that came with it. */
const [opset, irVersion] = [17, 8];

/** ONNX's numbers of the types. */
export const elementTypes = { float32: 1, int32: 6, int64: 7, bool: 9 } as const;
export type ElementType = keyof typeof elementTypes;

export type Attribute = number | readonly number[];

export interface OnnxNode {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Integers. */
  readonly attributes: Readonly<Record<string, Attribute>>;
}

export interface OnnxConstant {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly number[];
  /** Little endian. */
  readonly bytes: Uint8Array;
}

export interface OnnxValue {
  readonly name: string;
  readonly type: ElementType;
  /** Sizes; a name is a size that is only known at run time. */
  readonly shape: readonly (number | string)[];
  readonly doc: string;
}

export interface OnnxGraph {
  readonly nodes: readonly OnnxNode[];
  readonly constants: readonly OnnxConstant[];
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
}

/** The bytes of an .onnx file. */
export function formatOnnx(
  graph: OnnxGraph,
  { doc, metadata }: { readonly doc: string; readonly metadata: Readonly<Record<string, string>> },
): Uint8Array {
  const model = protobuf.parse(schema).root.lookupType('ModelProto');
  return model
    .encode({
      irVersion,
      producerName: 'dppo',
      docString: doc,
      opsetImport: [{ domain: '', version: opset }],
      metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
      graph: {
        name: 'policy',
        node: graph.nodes.map(nodeProto),
        initializer: graph.constants.map(({ name, type, shape, bytes }) => ({
          name,
          dims: shape,
          dataType: elementTypes[type],
          rawData: bytes,
        })),
        input: graph.inputs.map(valueProto),
        output: graph.outputs.map(valueProto),
      },
    })
    .finish();
}

function nodeProto({ op, inputs, outputs, attributes }: OnnxNode): object {
  const attribute = Object.entries(attributes).map(([name, value]) =>
    typeof value === 'number' ? { name, type: 2, i: value } : { name, type: 7, ints: value },
  );
  return { opType: op, name: outputs[0], input: inputs, output: outputs, attribute };
}

function valueProto({ name, type, shape, doc }: OnnxValue): object {
  const dim = shape.map((size) => (typeof size === 'string' ? { dimParam: size } : { dimValue: size }));
  return { name, docString: doc, type: { tensorType: { elemType: elementTypes[type], shape: { dim } } } };
}

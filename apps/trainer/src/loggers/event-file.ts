import crc32c from 'crc-32/crc32c.js';
import protobuf from 'protobufjs';

import type { Picture } from './logger.ts';

/** The part of TensorBoard's event that we write. Source: https://github.com/tensorflow/tensorboard/blob/2.20.0/tensorboard/compat/proto/event.proto */
const schema = `
syntax = "proto3";
message SessionLog { int32 status = 1; }
message PluginData { string plugin_name = 1; }
message Metadata { PluginData plugin_data = 1; }
message Dim { int64 size = 1; }
message Shape { repeated Dim dim = 2; }
message Tensor { int32 dtype = 1; Shape tensor_shape = 2; repeated bytes string_val = 8; }
message Image { int32 height = 1; int32 width = 2; int32 colorspace = 3; bytes encoded_image_string = 4; }
message Value {
  string tag = 1; Metadata metadata = 9;
  oneof value { float simple_value = 2; Image image = 4; Tensor tensor = 8; }
}
message Summary { repeated Value value = 1; }
message Event {
  double wall_time = 1; int64 step = 2;
  oneof what { string file_version = 3; Summary summary = 5; SessionLog session_log = 7; }
}`;

const { root } = protobuf.parse(schema, { keepCase: true });
const event = root.lookupType('Event');

/** Says which format follows; the first record of a file. */
export function versionRecord(seconds: number): Uint8Array {
  return record({ wall_time: seconds, file_version: 'brain.Event:2' });
}

/** Makes TensorBoard drop what earlier files hold of this step and later ones: a run that goes on from here. */
export function restartRecord(seconds: number, step: number): Uint8Array {
  const start = 1;
  return record({ wall_time: seconds, step, session_log: { status: start } });
}

/** Numbers by name at a step; those that are not finite are left out. */
export function scalarsRecord(
  seconds: number,
  step: number,
  scalars: Readonly<Record<string, number>>,
): Uint8Array {
  const value = Object.entries(scalars)
    .filter(([, number]) => Number.isFinite(number))
    .map(([tag, simple_value]) => ({ tag, simple_value }));
  return record({ wall_time: seconds, step, summary: { value } });
}

/** A text, in Markdown, at a step. */
export function textRecord(
  seconds: number,
  step: number,
  { name, text }: { readonly name: string; readonly text: string },
): Uint8Array {
  const ofStrings = 7;
  const tensor = { dtype: ofStrings, tensor_shape: { dim: [{ size: 1 }] }, string_val: [Buffer.from(text)] };
  const metadata = { plugin_data: { plugin_name: 'text' } };
  return record({ wall_time: seconds, step, summary: { value: [{ tag: name, tensor, metadata }] } });
}

/** A picture at a step; films move there too. */
export function imageRecord(
  seconds: number,
  step: number,
  { name, picture }: { readonly name: string; readonly picture: Picture },
): Uint8Array {
  const rgb = 3;
  const { width, height, bytes } = picture;
  const image = { width, height, colorspace: rgb, encoded_image_string: bytes };
  return record({ wall_time: seconds, step, summary: { value: [{ tag: name, image }] } });
}

/** Length, its checksum, content, its checksum. Source: https://www.tensorflow.org/tutorials/load_data/tfrecord#tfrecords_format_details */
function record(content: object): Uint8Array {
  const data = event.encode(event.fromObject(content)).finish();
  const bytes = Buffer.alloc(data.length + 16);
  bytes.writeBigUInt64LE(BigInt(data.length), 0);
  bytes.writeUInt32LE(masked(bytes.subarray(0, 8)), 8);
  bytes.set(data, 12);
  bytes.writeUInt32LE(masked(data), 12 + data.length);
  return bytes;
}

/** CRC-32C, rotated and added to, as checksums of checksums would be weak. */
function masked(bytes: Uint8Array): number {
  const crc = crc32c.buf(bytes) >>> 0;
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

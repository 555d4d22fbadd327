import { aboutFile, checkKind } from '@dppo/files';
import { type Header, parseHeader } from './header.ts';

export type { Dtype, Entry, Header } from './header.ts';

/**
 * What the `bytes` of a safetensors file say before its numbers, everything in it checked against the file; without TensorFlow.
 *
 * @throws Error that begins with `name` and says what is wrong and with which tensor
 */
export function headerOf(bytes: Uint8Array, name: string): Header {
  try {
    checkKind(bytes, 'safetensors');
    return parseHeader(bytes);
  } catch (error) {
    throw aboutFile(name, error);
  }
}

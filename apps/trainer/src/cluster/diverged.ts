import { DivergenceError } from '@dppo/agent';

/** What stands before the sentence: neither a safetensors file nor JSON begins so. */
const mark = new Uint8Array(8).fill(0xff);

/** What a worker computes or, where that diverges, the sentence of it as bytes: by the same weights it diverges everywhere, so it is a result like any other. */
export async function orDiverged(work: Promise<Uint8Array>): Promise<Uint8Array> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof DivergenceError)) throw error;
    return Buffer.concat([mark, Buffer.from(error.message)]);
  }
}

/** @throws DivergenceError with the sentence of the first of these results by which `orDiverged` says one */
export function checkDiverged(results: readonly Uint8Array[]): void {
  const sentence = results.find((bytes) => mark.every((byte, i) => bytes[i] === byte));
  if (sentence) throw new DivergenceError(new TextDecoder().decode(sentence.subarray(mark.length)));
}

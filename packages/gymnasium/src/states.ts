import type { EnvState, SavableStates } from '@dppo/env';

import { each, type Part } from './part.ts';

/** `save` and `restore` of environments in processes. */
export function statesIn(parts: readonly Part[]): SavableStates {
  return {
    save: async () => {
      const kept = await Promise.all(parts.map(({ process }) => process.ask('k', new Uint8Array())));
      return kept.flatMap(({ body }) => parseStates(body));
    },
    restore: (states) =>
      each(parts, async ({ from, to, process }) => {
        await process.ask('g', formatStates(states.slice(from, to)));
      }),
  };
}

/** States as bytes: of one after another how many numbers, uint32, and these, float64. */
function formatStates(states: readonly EnvState[]): Buffer {
  return Buffer.concat(
    states.flatMap(({ length, buffer, byteOffset, byteLength }) => {
      const head = Buffer.alloc(4);
      head.writeUInt32LE(length);
      return [head, new Uint8Array(buffer, byteOffset, byteLength)];
    }),
  );
}

/** What `formatStates` made bytes of. */
function parseStates(bytes: Buffer): EnvState[] {
  const states: EnvState[] = [];
  for (let at = 0; at < bytes.length;) {
    const state = new Float64Array(bytes.readUInt32LE(at));
    const end = at + 4 + state.byteLength;
    new Uint8Array(state.buffer).set(bytes.subarray(at + 4, end));
    states.push(state);
    at = end;
  }
  return states;
}

import { pickleInput } from './pickle-input.ts';
import { type Machine, operationOf, popMany, refused } from './pickle-operations.ts';
import type { Abilities, Pickled } from './pickled.ts';

/** Operations of a pickle: each may leave a value of two hundred bytes. Thousands of tensors take fewer. */
const mostOperations = 2 ** 19;

/**
 * The value of a pickle of protocol 2 or later, of which nothing is run: it may hold plain values, and name and call what `abilities` lists; all
 * others stand for themselves, where `abilities` says how, or are refused.
 *
 * @param bytes - the whole pickle
 * @param abilities - what it may be made of
 * @throws Error that says at which byte it does anything else
 * @see https://docs.python.org/3/library/pickle.html
 */
export function unpickle<T extends object>(bytes: Uint8Array, abilities: Abilities<T>): Pickled<T> {
  const input = pickleInput(bytes);
  const machine: Machine<T> = { input, abilities, stack: [], marks: [], memo: new Map() };
  const { of, mostBytes } = abilities;
  if (bytes.length > mostBytes) throw new Error(`${bytes.length} bytes, wanted at most ${mostBytes}`);
  for (let count = 0; ; count++) {
    if (count > mostOperations) throw new Error(`more than ${mostOperations} operations`);
    const at = input.at();
    try {
      const opcode = String.fromCharCode(input.byte());
      if (opcode === '.') return popMany(machine, 1)[0];
      const run = operationOf(opcode, abilities);
      if (!run) throw new Error(`opcode ${refused[opcode] ?? JSON.stringify(opcode)} is not one of ${of}`);
      run(machine);
    } catch (error) {
      throw new Error(`byte ${at}: ${error instanceof Error ? error.message : String(error)}`, {
        cause: error,
      });
    }
  }
}

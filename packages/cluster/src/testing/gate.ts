import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Compute, Task } from '../cluster.ts';
import { digestOf } from '../digest-of.ts';

/** ms between two looks whether a gate is open */
const LOOK = 20;

/** A folder in which processes tell one another where they are, and the name of a task. */
export interface Gate {
  readonly folder: string;
  readonly name: string;
}

/** The task that waits at a gate, and is the SHA-256 of its name and of shared bytes afterwards. */
export function gateTask(gate: Gate, ...shared: readonly string[]): Task {
  return { kind: 'gate', shared, data: new TextEncoder().encode(JSON.stringify(gate)) };
}

/** What `gateTask` is computed to. */
export function gateResult({ name }: Gate, ...shared: readonly Uint8Array[]): string {
  return digestOf(new TextEncoder().encode([name, ...shared.map(digestOf)].join(' ')));
}

/**
 * What the workers of `faultTests` compute: writes the file `NAME.PID` where the process is not told to throw by a file `broken.PID`, waits until there is a
 * file `open` or `open.PID`, and reads its shared bytes then.
 */
export const computeGate: Compute = async (task, shared, signal) => {
  const gate: Gate = JSON.parse(new TextDecoder().decode(task.data));
  const at = (file: string): string => join(gate.folder, file);
  if (existsSync(at(`broken.${process.pid}`))) throw new Error(`${gate.name} cannot be computed here`);
  await writeFile(at(`${gate.name}.${process.pid}`), '');
  while (!existsSync(at('open')) && !existsSync(at(`open.${process.pid}`))) {
    signal.throwIfAborted();
    await new Promise((resolve) => setTimeout(resolve, LOOK));
  }
  const bytes = await Promise.all(task.shared.map(shared));
  return new TextEncoder().encode(gateResult(gate, ...bytes));
};

import type { PythonProcess } from './python-process.ts';

/** Environments `from` … `to` of a vector, and the process that has them. */
export interface Part {
  readonly from: number;
  readonly to: number;
  readonly process: PythonProcess;
}

/** Calls all parts at once. */
export async function each(parts: readonly Part[], call: (part: Part) => Promise<void>): Promise<void> {
  await Promise.all(parts.map(call));
}

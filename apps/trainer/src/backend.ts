import type { Compile } from '@dppo/agent';
import { type BackendName, compile, type CompileOptions, useBackend } from '@dppo/engine';

/** Chooses what computes and says so in one line, with what was refused and why. */
export async function startBackend(choice: 'auto' | BackendName): Promise<string> {
  const wanted: BackendName[] = choice === 'auto' ? ['tensorflow', 'wasm', 'cpu'] : [choice];
  const { name, refused } = await useBackend(...wanted);
  const reasons = refused.map((other) => `${other.name} did not load: ${other.reason}`);
  return [`backend ${name}`, ...reasons].join('; ');
}

/** Makes graphs of functions as the options of a training say. */
export function compilerOf({ jit, precision }: CompileOptions): Compile {
  return (f) => compile(f, { jit, precision });
}

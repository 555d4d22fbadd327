import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { type Check, tried } from './doctor-check.ts';
import { reinstall, tryApart } from './try-apart.ts';

/** What can compute; where TensorFlow cannot, what its installation needs. */
export async function backendChecks(): Promise<Check[]> {
  const tensorflow = await tried('backend tensorflow', 'missing', () =>
    tryApart('tensorflow', 'run npx dppo-native'),
  );
  return [
    tensorflow,
    ...(tensorflow.state === 'works' ? [] : await buildTools()),
    await tried('backend wasm', 'missing', () => tryApart('wasm', reinstall)),
    await tried('backend cpu', 'broken', () => tryApart('cpu', reinstall)),
  ];
}

/** What `npx dppo-native` works with. */
function buildTools(): Promise<Check[]> {
  return Promise.all([
    tried('pip', 'missing', () => versionOf('python3', '-m', 'pip')),
    tried('C++ compiler', 'missing', () => versionOf(process.env['CXX'] ?? 'c++')),
  ]);
}

async function versionOf(program: string, ...words: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(program, [...words, '--version'], { timeout: 30_000 });
  return stdout.split('\n')[0];
}

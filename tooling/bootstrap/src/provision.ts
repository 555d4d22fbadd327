// Makes the native libraries ready, and says in a line what is missing and what that costs. Exit code 1: TensorFlow's is missing.
//   provision.ts WITHOUT_TENSORFLOW
import { type ProgressOptions, interruption, progressBar } from '@dppo/wheels';

// Not from the packages' index, which would load TensorFlow.js and MuJoCo.
import { provision } from '../../../packages/engine/src/provision.ts';
import { provisionMujoco } from '../../../packages/mujoco/src/provision.ts';

const [withoutTensorFlow] = process.argv.slice(2);
const signal = interruption();

async function tried(
  name: string,
  work: (options: ProgressOptions) => Promise<unknown>,
  without: string,
): Promise<boolean> {
  if (signal.aborted) return false;
  const bar = progressBar(process.stderr);
  try {
    await work({ progress: bar.progress, signal });
    bar.stop();
    return true;
  } catch (error) {
    bar.stop();
    const reason = error instanceof Error ? error.message : String(error);
    if (!signal.aborted) process.stderr.write(`dppo: no native ${name}, as ${reason}; ${without}\n`);
    return false;
  }
}

const hasTensorFlow = await tried(
  'TensorFlow',
  (options) => provision(process.cwd(), options),
  withoutTensorFlow,
);
await tried('MuJoCo', provisionMujoco, 'going on with WebAssembly, on which environments take twice as long');
process.exitCode ??= hasTensorFlow ? 0 : 1;

import { readFileSync } from 'node:fs';
import { basename } from 'node:path';

import { threads } from '@dppo/engine';
import { findMujocoLibrary } from '@dppo/mujoco/library';
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';

/** What numbers may depend on, by name. */
export type MachineHere = Readonly<Record<string, string>>;

/** TensorFlow's native library, where it is what computes. */
const native = z.object({ binding: z.object({ TF_Version: z.string() }) });

/** What the numbers of this process may depend on. */
export function machineHere(): MachineHere {
  const library = native.safeParse(tf.backend());
  const mujoco = findMujocoLibrary();
  return {
    backend: tf.getBackend(),
    ...(library.success && { threads: `${threads()}`, TensorFlow: library.data.binding.TF_Version }),
    'TensorFlow.js': tf.version.tfjs,
    MuJoCo: mujoco === undefined ? 'WebAssembly' : basename(mujoco),
    'Node.js': process.versions.node,
    'instruction set': instructions(),
    ...settings('XLA_FLAGS', 'ONEDNN_MAX_CPU_ISA'),
  };
}

/** The vector instructions of the processor, as far as the system tells. */
function instructions(): string {
  const told = process.platform === 'linux' ? readFileSync('/proc/cpuinfo', 'utf8') : '';
  const [, flags = ''] = /^(?:flags|Features)\s*:(.*)$/m.exec(told) ?? [];
  const vector = flags.split(' ').filter((flag) => /^(sse|avx|fma|amx|f16c|asimd|sve|bf16)/.test(flag));
  return [process.arch, ...vector.toSorted()].join(' ');
}

function settings(...names: readonly string[]): MachineHere {
  return Object.fromEntries(names.map((name) => [name, process.env[name] ?? 'not set']));
}

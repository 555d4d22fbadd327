import { execFile } from 'node:child_process';
import { constants } from 'node:os';
import { promisify } from 'node:util';
import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';

/** Run in a process of its own: what this thread and a later one of TensorFlow block, and what arrives nevertheless. */
const script = `
import { readdirSync, readFileSync } from 'node:fs';
import { useBackend } from '@dppo/engine';
await useBackend('tensorflow');
const blocked = readdirSync('/proc/self/task').flatMap((thread) => {
  const status = readFileSync('/proc/self/task/' + thread + '/status', 'utf8');
  const computes = Number(thread) === process.pid || /^Name:\\ttf_/.test(status);
  return computes ? [/SigBlk:\\t(\\w+)/.exec(status)[1]] : [];
});
process.on('SIGINT', () => {
  console.log(JSON.stringify(blocked));
  process.exit();
});
setInterval(() => {}, 1000);
process.kill(process.pid, 'SIGINT');
`;

// The crash itself needs luck: of a thousand signals in the midst of products, one is enough, or none.
it.runIf(process.platform === 'linux' && process.arch === 'x64')(
  'keeps signals off the threads that compute, and takes them nevertheless',
  async () => {
    if (tf.getBackend() !== 'tensorflow') return;
    const options = ['--conditions=@dppo/source', '--import', 'tsx', '--input-type=module', '--eval'];
    const { stdout } = await promisify(execFile)(process.execPath, [...options, script], {
      cwd: import.meta.dirname,
    });
    const masks: string[] = JSON.parse(stdout);
    expect(masks.length).toBeGreaterThan(1);
    for (const mask of masks) {
      for (const name of ['SIGINT', 'SIGTERM', 'SIGWINCH', 'SIGPROF'] as const) {
        expect((BigInt(`0x${mask}`) >> BigInt(constants.signals[name] - 1)) & 1n, `${name} in ${mask}`).toBe(
          1n,
        );
      }
    }
  },
);

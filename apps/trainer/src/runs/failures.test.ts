import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { childSeed } from '@dppo/env';
import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';

import { program, wordsOf } from '../../test/program.ts';
import { smallHopper } from '../../test/small-policies.ts';
import { untrainedPolicy } from '../../test/untrained-policy.ts';
import { finetuneOptions as schema } from '../finetune/finetune-options.ts';
import { finetune } from '../finetune/finetune.ts';
import { readHistory } from './history.ts';

const newDir = (): string => mkdtempSync(join(tmpdir(), 'failures-'));

const tiny = {
  jit: false,
  nEnvs: 2,
  workers: 1,
  steps: 4,
  batchSize: 8,
  updateEpochs: 1,
  evalEpisodes: 2,
  iterations: 1,
  saveEvery: 1,
} as const;

/** What a program said and how it ended. */
function ended(result: SpawnSyncReturns<Buffer>): { code: number | null; said: string } {
  return { code: result.status, said: String(result.stderr) };
}

it.skipIf(process.platform === 'win32')(
  'keeps the last checkpoint whole where there is no room for the next one, and exits with 1',
  async () => {
    const runDir = join(newDir(), 'run');
    const scratch = { environment: 'hopper', hidden: [8, 8, 8], denoisingSteps: 3, maxEpisodeSteps: 16 };
    const options = { ...tiny, ...scratch, runDir, backend: tf.getBackend() };
    await finetune(schema.parse(options), () => {});
    const last = join(runDir, 'last.safetensors');
    const before = readFileSync(last);
    const limit = 'ulimit -f 500 && exec "$@"';
    expect(before.length).toBeGreaterThan(500 * 1024);

    // A file that outgrows the limit is written up to it, as on a disk that fills up; then an error follows.
    const survive = ['--import', 'data:text/javascript,process.on("SIGXFSZ",()=>{})'];
    const words = ['finetune', '--resume', runDir, '--iterations', '2'];
    const shell = ['-c', limit, 'sh', process.execPath, ...survive, ...program, ...words];
    const { code, said } = ended(spawnSync('sh', shell));
    expect(said).toContain(`dppo: ${last} could not be written: EFBIG`);
    expect(said).toContain('what was saved before is whole');
    expect(code).toBe(1);
    expect(readFileSync(last).equals(before)).toBe(true);
    expect(readdirSync(runDir).filter((name) => name.startsWith('last.'))).toEqual(['last.safetensors']);
  },
);

it('names a reward that is not finite, and exits with 1', async () => {
  // What such actions cost is beyond the numbers.
  const actionMin = [-1e38, -1e38, -1e38];
  const actionMax = [1e38, 1e38, 1e38];
  const spec = { ...smallHopper, bounds: { ...smallHopper.bounds, actionMin, actionMax } };
  const { dir, policy } = await untrainedPolicy(spec);
  const options = {
    ...tiny,
    policy,
    ftDenoisingSteps: 2,
    backend: tf.getBackend(),
    runDir: join(dir, 'run'),
  };
  const words = [...program, 'finetune', ...wordsOf(options)];
  const { code, said } = ended(spawnSync(process.execPath, words));
  const seed = childSeed(childSeed(42, 'choose'), 'evaluation start', 0);
  const why = `environment 0 (seed ${seed}): hopper: reward is -Infinity in step 1 of the episode`;
  expect(said).toBe(`dppo: ${why}\n`);
  expect(code).toBe(1);
  expect(existsSync(join(dir, 'run', 'config.yaml'))).toBe(true);
  expect(readHistory(join(dir, 'run')).at(-1)?.end).toMatchObject({
    state: 'failed',
    why,
  });
});

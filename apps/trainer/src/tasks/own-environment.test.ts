import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';

import { readDemonstrations, writeDemonstrations } from '@dppo/data';
import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';
import { parse } from 'yaml';

import { check as checkCollect } from '../commands/collect.ts';
import { check as checkEvaluate } from '../commands/evaluate.ts';
import { finetuneOptions } from '../finetune/finetune-options.ts';
import { finetune } from '../finetune/finetune.ts';
import { renderOptions } from '../pictures/render-options.ts';
import { render } from '../pictures/render.ts';
import { collectOptions } from '../pretrain/collect-options.ts';
import { collect } from '../pretrain/collect.ts';
import { expertOptions } from '../pretrain/expert-options.ts';
import { expert } from '../pretrain/expert.ts';
import { pretrainOptions } from '../pretrain/pretrain-options.ts';
import { pretrain } from '../pretrain/pretrain.ts';
import { checkPretrain } from '../pretrain/training-data.ts';
import { evaluateOptions } from '../runs/evaluate-options.ts';
import { evaluate } from '../runs/evaluate.ts';

const puck = resolve(import.meta.dirname, '../../../../examples/custom-env/src/puck-env.ts');
const cartPole = resolve(import.meta.dirname, '../../test/cart-pole.xml');

const quiet = (): void => {};
const newDir = (): string => mkdtempSync(join(tmpdir(), 'own-'));
const network = { denoisingSteps: 3, hidden: [8, 8, 8] };
const training = { nEnvs: 2, workers: 1, steps: 3, iterations: 1, batchSize: 6, evalEpisodes: 2, jit: false };

/** What `dppo evaluate` says last. */
async function evaluated(policy: string): Promise<string | undefined> {
  const said: string[] = [];
  const { options } = await checkEvaluate(
    evaluateOptions.parse({ policy, backend: tf.getBackend(), episodes: 2, workers: 1 }),
  );
  await evaluate(options, (line) => said.push(line));
  return said.at(-1);
}

it('goes the whole way of a task: expert, collect, pretrain, finetune, evaluate', async () => {
  const dir = newDir();
  const file = (name: string): string => join(dir, name);
  const common = { environment: puck, backend: tf.getBackend(), maxEpisodeSteps: 8 };
  await expert(
    expertOptions.parse({
      ...common,
      out: file('expert.safetensors'),
      runDir: file('expert'),
      nEnvs: 20,
      workers: 1,
      steps: 50,
      hidden: [8, 8],
      updateEpochs: 1,
      targetReturn: 0,
    }),
    quiet,
  );
  const recording = { policy: file('expert.safetensors'), outDir: file('data'), nEnvs: 2, envSteps: 100 };
  const { options } = await checkCollect(collectOptions.parse({ ...recording, backend: common.backend }));
  await collect(options, quiet);
  expect(await readDemonstrations(file('data/train.npz'))).toMatchObject({ obsDim: 4, actionDim: 2 });
  const given = {
    ...common,
    ...network,
    data: file('data/train.npz'),
    normalization: file('data/normalization.npz'),
    out: file('before.safetensors'),
    runDir: file('before'),
    epochs: 1,
    jit: false,
  };
  await pretrain(await checkPretrain(pretrainOptions.parse(given)), quiet);
  const runDir = file('run');
  const tuned = { ...training, backend: common.backend, policy: given.out, runDir, ftDenoisingSteps: 2 };
  await finetune(finetuneOptions.parse(tuned), quiet);
  const config = parse(readFileSync(join(runDir, 'config.yaml'), 'utf8'));
  expect(config.environment).toBe(relative(runDir, puck));
  expect(await evaluated(runDir)).toMatch(/^return [\d.]+ ± .* 2 episodes$/);
  // It has no draw(): there is no film of it.
  expect(readFileSync(join(runDir, 'report.html'), 'utf8')).not.toContain('image/gif');
  const film = renderOptions.parse({ policy: given.out, out: file('film.gif'), backend: common.backend });
  await expect(render(film, quiet)).rejects.toThrow(
    `environment ${puck}: cannot be drawn, wanted one with draw()`,
  );
});

it('trains from scratch, with sizes and episodes of the environment', async () => {
  const runDir = join(newDir(), 'run');
  const options = { ...training, ...network, environment: puck, maxEpisodeSteps: 8, runDir };
  await finetune(finetuneOptions.parse({ ...options, backend: tf.getBackend() }), quiet);
  expect(await evaluated(join(runDir, 'last.safetensors'))).toContain('length 8, 2 episodes');
});

it('pre-trains on data of a model, which is filmed and earns nothing', async () => {
  const dir = newDir();
  const [data, policy, out] = ['data.npz', 'policy.safetensors', 'film.gif'].map((name) => join(dir, name));
  await writeDemonstrations(data, {
    obsDim: 4,
    actionDim: 1,
    states: Float32Array.from({ length: 40 }, (_, i) => Math.sin(i)),
    actions: Float32Array.from({ length: 10 }, (_, i) => Math.cos(i)),
    rewards: new Float32Array(10),
    terminals: new Uint8Array(10),
    trajLengths: Int32Array.of(10),
  });
  const common = { environment: cartPole, backend: tf.getBackend(), maxEpisodeSteps: 5 };
  const once = { epochs: 1, jit: false, runDir: join(dir, 'run') };
  const options = pretrainOptions.parse({ ...common, ...network, ...once, data, out: policy });
  await pretrain(await checkPretrain(options), quiet);
  expect(await evaluated(policy)).toBe('return 0 ± 0 (0 … 0), length 5, 2 episodes');
  await render(renderOptions.parse({ policy, out, backend: common.backend }), quiet);
  expect(existsSync(out)).toBe(true);
});

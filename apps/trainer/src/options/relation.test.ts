import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Command } from 'commander';
import { expect, it } from 'vitest';
import type { z } from 'zod';

import { configSchema } from '../commands/schema.ts';
import { finetuneOptions } from '../finetune/finetune-options.ts';
import { startOptions } from '../finetune/start-options.ts';
import { importOptions } from '../import/import-options.ts';
import { renderOptions } from '../pictures/render-options.ts';
import { collectOptions } from '../pretrain/collect-options.ts';
import { demonstrateOptions } from '../pretrain/demonstrate-options.ts';
import { expertOptions } from '../pretrain/expert-options.ts';
import { pretrainOptions } from '../pretrain/pretrain-options.ts';
import { evaluateOptions } from '../runs/evaluate-options.ts';
import { withOptions } from './command-line.ts';

interface Tried {
  readonly schema: z.ZodObject;
  /** what it cannot do without */
  readonly files: readonly string[];
}

const commands = {
  finetune: { schema: finetuneOptions, files: [] },
  start: { schema: startOptions, files: [] },
  expert: { schema: expertOptions, files: ['--out', 'o'] },
  pretrain: { schema: pretrainOptions, files: ['--data', 'd', '--out', 'o'] },
  import: { schema: importOptions, files: ['--weights', 'w', '--normalization', 'n', '--out', 'o'] },
  render: { schema: renderOptions, files: ['--policy', 'p', '--out', 'o.gif'] },
  evaluate: { schema: evaluateOptions, files: ['--policy', 'p'] },
  collect: { schema: collectOptions, files: ['--policy', 'p', '--out-dir', 'o'] },
  demonstrate: { schema: demonstrateOptions, files: ['--out-dir', 'o'] },
} satisfies Readonly<Record<string, Tried>>;

/** The options of a line as a command's own check would get them. */
async function parsed(name: keyof typeof commands, words: string): Promise<Record<string, unknown>> {
  const { schema, files }: Tried = commands[name];
  let found: Record<string, unknown> = {};
  const command = withOptions(new Command(name), schema, {
    check: (options) => ({ options: (found = options) }),
    run: () => Promise.resolve(),
  });
  await command.parseAsync([...files, ...words.split(' ').filter(Boolean)], { from: 'user' });
  return found;
}

it.each([
  ['finetune', '--actor-min-lr 1', 'actor-min-lr: found 1, wanted at most --actor-lr 0.0001'],
  ['finetune', '--critic-min-lr 1', 'critic-min-lr: found 1, wanted at most --critic-lr 0.001'],
  ['pretrain', '--min-lr 1', 'min-lr: found 1, wanted at most --lr 0.001'],
  [
    'finetune',
    '--lr-warmup-steps 20 --lr-cycle-steps 20',
    'lr-warmup-steps: found 20, wanted less than --lr-cycle-steps 20',
  ],
  ['start', '--lr-warmup-steps 400', 'lr-warmup-steps: found 400, wanted less than --lr-cycle-steps 400'],
  ['pretrain', '--lr-warmup-steps 5 --epochs 5', 'lr-warmup-steps: found 5, wanted less than --epochs 5'],
  [
    'finetune',
    '--clip-ploss-coef-base 0.2 --clip-ploss-coef 0.1',
    'clip-ploss-coef-base: found 0.2, wanted at most --clip-ploss-coef 0.1',
  ],
  [
    'expert',
    '--clip-advantage-lower-quantile 0.9 --clip-advantage-upper-quantile 0.1',
    'clip-advantage-lower-quantile: found 0.9, wanted at most --clip-advantage-upper-quantile 0.1',
  ],
  [
    'finetune',
    '--ft-denoising-steps 6 --denoising-steps 5',
    'ft-denoising-steps: found 6, wanted at most --denoising-steps 5',
  ],
  [
    'import',
    '--ft-denoising-steps 6 --denoising-steps 5',
    'ft-denoising-steps: found 6, wanted at most --denoising-steps 5',
  ],
  ['finetune', '--act-steps 5 --horizon-steps 4', 'act-steps: found 5, wanted at most --horizon-steps 4'],
  ['import', '--act-steps 5 --horizon-steps 4', 'act-steps: found 5, wanted at most --horizon-steps 4'],
  [
    'pretrain',
    '--horizon-steps 2',
    'act-steps: found 4 (its default), wanted at most --horizon-steps 2: a chunk has no more actions',
  ],
  [
    'finetune',
    '--preset hopper-finetune --ddim-steps 5',
    'ft-denoising-steps: found 10 (of the preset), wanted at most --ddim-steps 5',
  ],
  ['finetune', '--act-steps 5 --max-episode-steps 4', 'act-steps: found 5, wanted at most --max-episode'],
  ['pretrain', '--max-episode-steps 3', 'act-steps: found 4 (its default), wanted at most --max-episode'],
  ['finetune', '--reward-horizon 5 --horizon-steps 4', 'reward-horizon: found 5, wanted at most --horizon'],
  ['finetune', '--desired-kl 2', 'desired-kl: found 2, wanted at most --target-kl 1'],
  [
    'finetune',
    '--quick-eval-episodes 41',
    'quick-eval-episodes: found 41, wanted at most --eval-episodes 40',
  ],
  [
    'finetune',
    '--n-critic-warmup-itr 7 --iterations 7',
    'n-critic-warmup-itr: found 7, wanted less than --iterations 7: the actor would never learn',
  ],
  [
    'expert',
    '--max-env-steps 4000 --n-critic-warmup-itr 2',
    'n-critic-warmup-itr: found 2, wanted less than 2 with --max-env-steps 4000, --steps 50, --n-envs 40',
  ],
  [
    'finetune',
    '--patience 5 --iterations 7 --eval-every 2',
    'patience: found 5, wanted at most 4 with --iterations 7, --eval-every 2',
  ],
  [
    'finetune',
    '--weight-decay 1e6',
    'weight-decay: found 1000000, wanted at most 10000 with --actor-lr 0.0001',
  ],
  ['pretrain', '--weight-decay 1e6', 'weight-decay: found 1000000, wanted at most 1000 with --lr 0.001'],
  [
    'render',
    '--max-steps 1000 --width 4000 --height 4000',
    'max-steps: found 1000, wanted at most 250 with --width 4000, --height 4000',
  ],
] as const)('%s holds %s against each other', async (name, words, sentence) => {
  await expect(parsed(name, words)).rejects.toThrow(`--${sentence}`);
});

it.each([
  ['expert', '--steps 1000000 --n-envs 100', 'steps: found 1000000, wanted at most 100000 with --n-envs 100'],
  ['finetune', '--n-envs 1000000000', 'n-envs: found 1000000000, wanted at most 10000: each is a simulator'],
  ['collect', '--workers 1000000', 'workers: found 1000000, wanted at most 1024: each is a thread'],
  ['finetune', '--denoising-steps 1000000000', 'denoising-steps: found 1000000000, wanted at most 10000:'],
  ['pretrain', '--horizon-steps 1000000000', 'horizon-steps: found 1000000000, wanted at most 1000:'],
  ['finetune', '--reward-horizon 1000000000000', 'reward-horizon: found 1000000000000, wanted at most 1000'],
  ['evaluate', '--episodes 1000000000', 'episodes: found 1000000000, wanted at most 10000: each has an env'],
  ['finetune', '--eval-episodes 1000000', 'eval-episodes: found 1000000, wanted at most 10000'],
  ['collect', '--env-steps 1000000000', 'env-steps: found 1000000000, wanted at most 10000000: all of them'],
  ['demonstrate', '--episodes 1000000000', 'episodes: found 1000000000, wanted at most 100000: all of them'],
  ['pretrain', '--epochs 1e12', 'epochs: found 1000000000000, wanted at most 1000000000, as samples are'],
  ['pretrain', '--batch-size 1e12', 'batch-size: found 1000000000000, wanted at most 1000000000'],
  ['finetune', '--hidden [1000000000]', 'hidden: found [1000000000], wanted a list with at most 16384: two'],
  [
    'pretrain',
    '--hidden [16384,16384,16384]',
    'hidden: found [16384,16384,16384], wanted at most 250000000 w',
  ],
  ['pretrain', '--kernel-size 4', 'kernel-size: found 4, wanted an odd number, as many actions before as'],
  ['finetune', '--encoder-layers 2', 'encoder-layers: found 2, wanted 1 or 3'],
  ['finetune', '--critic-hidden []', 'critic-hidden: found [], wanted a list of at least 1'],
  ['pretrain', '--time-dim 5', 'time-dim: found 5, wanted an even number'],
  ['finetune', '--critic-lr 1e308', 'critic-lr: found 1e+308, wanted 1.2e-38 to 3.4e38, what float32 holds'],
  ['pretrain', '--lr 1e-300', 'lr: found 1e-300, wanted 1.2e-38 to 3.4e38'],
  ['expert', '--ent-coef 1e39', 'ent-coef: found 1e+39, wanted 1.2e-38 to 3.4e38'],
  [
    'finetune',
    '--min-sampling-denoising-std 1e-300',
    'min-sampling-denoising-std: found 1e-300, wanted at least',
  ],
  [
    'start',
    '--min-logprob-denoising-std 2',
    'min-logprob-denoising-std: found 2, wanted at most 1, as actions',
  ],
  ['expert', '--fixed-std 1e-300', 'fixed-std: found 1e-300, wanted 0.01 to 1, within which it is learned'],
  ['pretrain', '--ema-decay 0.99999999', 'ema-decay: found 0.99999999, wanted at most 0.999999, closer to 1'],
  ['finetune', '--clip-ploss-coef-rate 1000', 'clip-ploss-coef-rate: found 1000, wanted at most 700'],
  ['expert', '--clip-ploss-coef 1e-30', 'clip-ploss-coef: found 1e-30, wanted at least 1e-6, less is lost'],
  ['render', '--fps 1e-300', 'fps: found 1e-300, wanted at least 0.01'],
] as const)('%s refuses %s and says why', async (name, words, sentence) => {
  await expect(parsed(name, words)).rejects.toThrow(`--${sentence}`);
});

it.each([
  ['finetune', '--actor-lr 1e-5', { actorMinLr: 1e-5 }],
  ['finetune', '--critic-lr 1e-6', { criticMinLr: 1e-6 }],
  ['pretrain', '--lr 1e-5', { minLr: 1e-5 }],
  ['finetune', '--clip-ploss-coef 0.005', { clipPlossCoefBase: 0.005 }],
  ['finetune', '--lr-cycle-steps 1', { lrWarmupSteps: 0 }],
  ['pretrain', '--epochs 1', { lrWarmupSteps: 0 }],
  ['start', '--eval-episodes 3', { quickEvalEpisodes: 3 }],
  ['finetune', '--preset hopper-finetune --actor-lr 1e-6', { actorMinLr: 1e-6 }],
  ['finetune', '--preset avoid-m1-finetune --iterations 1', { nCriticWarmupItr: 0 }],
] as const)('in %s, %s moves a default or a preset that is beyond it', async (name, words, moved) => {
  expect(await parsed(name, words)).toMatchObject(moved);
});

it('holds options against each other wherever they come from', async () => {
  const config = join(await mkdtemp(join(tmpdir(), 'dppo-')), 'config.yaml');
  await writeFile(config, 'clipPlossCoefBase: 0.2\n');
  const sentence = '--clip-ploss-coef-base: found 0.2, wanted at most --clip-ploss-coef 0.1';
  const set = '--set clipPlossCoef=0.1';
  await expect(parsed('finetune', `--config ${config} ${set}`)).rejects.toThrow(sentence);
  await expect(parsed('finetune', `--set clipPlossCoefBase=0.2 ${set}`)).rejects.toThrow(sentence);
  const preset = 'avoid-m1-finetune --clip-ploss-coef-base 0.2';
  await expect(parsed('finetune', `--preset ${preset}`)).rejects.toThrow(sentence);
});

it('stands in the schema for editors', () => {
  expect(configSchema('finetune')).toHaveProperty(
    'properties.rewardHorizon.description',
    'actions of a chunk that enter the ratio; at most horizonSteps [default: actSteps]',
  );
});

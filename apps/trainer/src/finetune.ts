import { train, type TrainState } from '@dppo/agent';
import { cosineSchedule, ddpmSteps, withMinStd } from '@dppo/diffusion';
import { compile } from '@dppo/engine';
import { cosineWarmup } from '@dppo/optim';
import type { z } from 'zod';

import { startBackend } from './backend.ts';
import { environmentFor } from './environment.ts';
import { describe, type Evaluation, evaluation } from './evaluate.ts';
import type { finetune as schema } from './options.ts';
import {
  type Acting,
  type DiffusionSpec,
  type PolicyFile,
  policyOf,
  readPolicy,
  writePolicy,
} from './policy-file.ts';
import { ppoAgent } from './ppo-agent.ts';
import { appendMetrics, createRunFolder, fileIn, writeConfig } from './run-folder.ts';
import { writeCurves } from './write-curves.ts';

export type FinetuneOptions = z.output<typeof schema>;

/** One row of a run's evaluations. */
interface Evaluated extends Evaluation {
  readonly iteration: number;
  readonly envSteps: number;
  readonly seconds: number;
}

/** `dppo finetune`: evaluates, trains with DPPO, evaluates again; all that it makes lands in a run folder. */
export async function finetune(options: FinetuneOptions, say: (line: string) => void): Promise<void> {
  say(await startBackend(options.backend));
  const pretrained = pretrainedPart(options, await readPolicy(options.policy));
  const spec = { ...pretrained.spec, actSteps: options.actSteps, maxEpisodeSteps: options.maxEpisodeSteps };
  const policy = policyOf(pretrained, exploration(spec, options));
  const run = await createRunFolder(options.runDir, 'finetune');
  await writeConfig(run, options);
  say(`run folder ${run.dir}`);

  const { agent, start } = ppoAgent(pretrained, policy, options);
  const env = await environmentFor(spec, { count: options.nEnvs, workers: options.workers });
  const evalEnv = await environmentFor(spec, { count: options.evalEpisodes, workers: options.workers });
  const best = compile(policy.best);
  const began = performance.now();
  const elapsed = (): number => (performance.now() - began) / 1000;
  const evaluations: Evaluated[] = [];

  const evaluateAt = async ({ iteration, envSteps, actor }: TrainState): Promise<void> => {
    const result = await evaluation(policy, actor, evalEnv, {
      seed: options.seed,
      actSteps: spec.actSteps,
      best,
    });
    evaluations.push({ iteration, envSteps, seconds: elapsed(), ...result });
    say(`${iterationName(iteration)}: evaluation: ${describe(result)}`);
    await appendMetrics(run, {
      iteration,
      'time/env_steps': envSteps,
      'eval/mean_reward': result.mean,
      'eval/std_reward': result.std,
      'eval/mean_ep_length': result.meanLength,
    });
    await writeCurves(fileIn(run, 'learning-curve.svg'), [{ name: 'this run', evaluations }]);
  };
  const save = async ({ iteration, actor }: TrainState): Promise<void> => {
    const tuned = { ...spec, ftDenoisingSteps: policy.transitions };
    await writePolicy(fileIn(run, `policy-${iteration}.safetensors`), {
      spec: tuned,
      actor,
      frozen: pretrained.actor,
    });
  };

  try {
    await evaluateAt(start);
    for await (const { state, metrics } of train(agent, env, start, trainOptions(options))) {
      await appendMetrics(run, { iteration: state.iteration, 'time/seconds': elapsed(), ...metrics });
      say(`${iterationName(state.iteration)}: ${describeIteration(metrics)}, ${elapsed().toFixed(0)} s`);
      const last = state.iteration >= options.iterations || noTimeLeft(elapsed(), state.iteration, options);
      if (last || state.iteration % options.saveEvery === 0) await save(state);
      if (last || state.iteration % options.evalEvery === 0) await evaluateAt(state);
      if (last) break;
    }
  } finally {
    await Promise.all([env.close(), evalEnv.close()]);
  }
  say(beforeAndAfter(evaluations, run.dir));
}

/** Whether one more iteration, as long as the average one, would end past the limit. */
function noTimeLeft(
  seconds: number,
  iterations: number,
  { maxMinutes = Infinity }: FinetuneOptions,
): boolean {
  return seconds + seconds / iterations > maxMinutes * 60;
}

function row(name: string, ...cells: (string | number)[]): string {
  return [name.padEnd(24), ...cells.map((cell) => String(cell).padStart(12))].join('');
}

function beforeAndAfter(evaluations: readonly Evaluated[], dir: string): string {
  const [before, after] = [evaluations[0], evaluations[evaluations.length - 1]];
  return [
    '',
    row('', 'before', 'after'),
    row('mean return', before.mean.toFixed(0), after.mean.toFixed(0)),
    row('standard deviation', before.std.toFixed(0), after.std.toFixed(0)),
    row('episode length', before.meanLength.toFixed(0), after.meanLength.toFixed(0)),
    row('episodes', before.episodes, after.episodes),
    row('environment steps', before.envSteps, after.envSteps),
    '',
    `${(after.mean / before.mean).toFixed(2)} times the return; config, metrics, checkpoints and learning curve in ${dir}`,
  ].join('\n');
}

/** @throws Error if the policy is not a diffusion policy that was only pre-trained */
function pretrainedPart(
  options: FinetuneOptions,
  { spec, actor, frozen }: PolicyFile,
): PolicyFile & { spec: DiffusionSpec } {
  if (spec.kind !== 'diffusion')
    throw new Error(`--policy ${options.policy}: a ${spec.kind} policy, expected a diffusion policy`);
  if (options.actSteps > spec.horizonSteps) {
    throw new Error(
      `--act-steps: found ${options.actSteps}, expected at most ${spec.horizonSteps}, what the policy predicts`,
    );
  }
  if (frozen)
    throw new Error(`--policy ${options.policy}: fine-tuned already, expected a pre-trained policy`);
  return { spec, actor };
}

function exploration(
  { denoisingSteps }: DiffusionSpec,
  { minSamplingDenoisingStd, minLogprobDenoisingStd, randnClipValue, ftDenoisingSteps }: FinetuneOptions,
): Acting {
  const steps = ddpmSteps(cosineSchedule(denoisingSteps));
  return {
    exploration: withMinStd(steps, minSamplingDenoisingStd),
    logProbSteps: withMinStd(steps, minLogprobDenoisingStd),
    clipNoise: randnClipValue,
    ftDenoisingSteps,
  };
}

function trainOptions(options: FinetuneOptions): Parameters<typeof train>[3] {
  const { lrWarmupSteps: warmupSteps, lrCycleSteps: cycleSteps } = options;
  return {
    ...options,
    clipVlossCoef: options.clipVlossCoef,
    targetKl: options.targetKl,
    maxGradNorm: options.maxGradNorm,
    rewardHorizon: options.rewardHorizon ?? options.actSteps,
    actorLr: cosineWarmup({ max: options.actorLr, min: options.actorMinLr, warmupSteps, cycleSteps }),
    criticLr: cosineWarmup({ max: options.criticLr, min: options.criticMinLr, warmupSteps, cycleSteps }),
  };
}

function iterationName(iteration: number): string {
  return `iteration ${String(iteration).padStart(3)}`;
}

function describeIteration(metrics: Readonly<Record<string, number>>): string {
  const show = (name: string, digits: number): string => metrics[name].toPrecision(digits);
  return [
    metrics['rollout/episodes'] === 0 ? 'no episode ended' : `return ${show('rollout/ep_rew_mean', 4)}`,
    `kl ${show('train/approx_kl', 2)}`,
    `clipped ${(metrics['train/clip_fraction'] * 100).toFixed(1)} %`,
    `explained ${show('train/explained_variance', 3)}`,
    `${metrics['time/env_steps']} env steps`,
  ].join(', ');
}

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { ddimSpec, type DiffusionSpec, type FlowSpec, flowSpec, networkOf, writePolicy } from '@dppo/policy';
import * as tf from '@tensorflow/tfjs';
import { beforeEach, expect, it } from 'vitest';

import { smallAvoid, smallFlow, smallHopper } from '../../test/small-policies.ts';
import { untrainedPolicy } from '../../test/untrained-policy.ts';
import { check as checkCollect } from '../commands/collect.ts';
import { check as checkEvaluate } from '../commands/evaluate.ts';
import { check as checkExport } from '../commands/export.ts';
import { check as checkTrajectories } from '../commands/plot-trajectories.ts';
import { check as checkRender } from '../commands/render.ts';
import { check as checkServe } from '../commands/serve.ts';
import { exportOptions } from '../export/export-options.ts';
import { exportPolicy } from '../export/export.ts';
import { trajectoryOptions } from '../pictures/plot-trajectories-options.ts';
import { plotTrajectories } from '../pictures/plot-trajectories.ts';
import { renderOptions } from '../pictures/render-options.ts';
import { render } from '../pictures/render.ts';
import { collectOptions } from '../pretrain/collect-options.ts';
import { collect } from '../pretrain/collect.ts';
import { evaluateOptions } from '../runs/evaluate-options.ts';
import { evaluate } from '../runs/evaluate.ts';
import { serveOptions } from '../serve/serve-options.ts';

/** As the policy that a run began with is kept: it says how many steps are to be fine-tuned. */
const kept = ({ sampler, task, ...spec }: DiffusionSpec): DiffusionSpec => ({
  ...spec,
  sampler: { ...sampler, denoisingSteps: 5, ftDenoisingSteps: 5 },
  task: { ...task, actSteps: 1 },
});

// Export computes on the cpu backend.
let backend = '';
beforeEach(() => {
  backend = tf.getBackend();
  return () => tf.setBackend(backend);
});

const quiet = (): void => {};
const digest = (made: Buffer | string): string => createHash('sha256').update(made).digest('hex');

interface Command {
  readonly check: (given: object) => Promise<unknown>;
  readonly run: (given: object, dir: string) => Promise<unknown>;
}

/** What each command makes of a policy. */
const commands: Readonly<Record<string, Command>> = {
  evaluate: {
    check: (given) => checkEvaluate(evaluateOptions.parse({ ...given })),
    run: async (given) => {
      const said: string[] = [];
      await evaluate(evaluateOptions.parse({ ...given, backend, episodes: 3 }), (line) => said.push(line));
      return said;
    },
  },
  collect: {
    check: (given) => checkCollect(collectOptions.parse({ ...given, outDir: 'nowhere' })),
    run: async (given, dir) => {
      const outDir = join(dir, `recording-${Object.keys(given).length}`);
      const recorded = { ...given, backend, outDir, nEnvs: 2, envSteps: 50 };
      await collect(collectOptions.parse(recorded), quiet);
      return digest(readFileSync(join(outDir, 'train.npz')));
    },
  },
  render: {
    check: (given) => checkRender(renderOptions.parse({ ...given, out: 'nowhere.gif' })),
    run: async (given, dir) => {
      const out = join(dir, `film-${Object.keys(given).length}.gif`);
      const small = { ...given, backend, out, width: 40, height: 30 };
      await render(renderOptions.parse(small), quiet);
      return digest(readFileSync(out));
    },
  },
  export: {
    check: (given) => checkExport(exportOptions.parse({ ...given, format: 'onnx', out: 'nowhere' })),
    run: async (given, dir) => {
      const out = join(dir, `exported-${Object.keys(given).length}`);
      await exportPolicy(exportOptions.parse({ ...given, format: 'onnx', out }), quiet);
      return digest(readFileSync(out));
    },
  },
  'plot-trajectories': {
    check: ({ policy: before, ...given }: { policy?: string }) =>
      checkTrajectories(trajectoryOptions.parse({ ...given, before, out: 'nowhere.svg' })),
    run: async ({ policy: before, ...given }: { policy?: string }, dir) => {
      const out = join(dir, `plot-${Object.keys(given).length}.svg`);
      const few = { ...given, before, backend, out, episodes: 3 };
      await plotTrajectories(trajectoryOptions.parse(few), quiet);
      // Their lines; their names are others in each picture.
      return digest(
        readFileSync(out, 'utf8')
          .match(/ d="M.*?"/g)
          ?.join('\n') ?? '',
      );
    },
  },
};

it.each(Object.keys(commands))(
  '%s with ddimSteps has a policy act as one that is DDIM by itself',
  async (name) => {
    const spec = kept(name === 'plot-trajectories' ? smallAvoid : smallHopper);
    const { dir, policy } = await untrainedPolicy(spec);
    const { policy: own, dir: other } = await untrainedPolicy(ddimSpec({ spec, fineTuned: false }, 2));
    const { run } = commands[name];
    const asked = await run({ policy, ddimSteps: 2 }, dir);
    expect(asked).toEqual(await run({ policy: own }, other));
    expect(asked).not.toEqual(await run({ policy }, dir));
  },
);

it.each(Object.keys(commands))('%s refuses steps that the policy does not have', async (name) => {
  const spec = kept(smallAvoid);
  const { dir, policy } = await untrainedPolicy(spec);
  const { check } = commands[name];
  await expect(check({ policy, ddimSteps: 6 })).rejects.toThrow(
    '--ddim-steps: found 6, wanted a whole number from 1 to 5, the denoising steps of the policy',
  );
  const tuned = join(dir, 'tuned.safetensors');
  const params = networkOf(spec.network).init(1);
  await writePolicy(tuned, { spec, params, frozen: params });
  await expect(check({ policy: tuned, ddimSteps: 2 })).rejects.toThrow(
    '--ddim-steps: found 2, wanted it left out: the policy was fine-tuned with DDPM',
  );
});

/** A flow for the task that a command is for. */
const flowFor = (name: string): FlowSpec => {
  const spec = name === 'plot-trajectories' ? { ...smallAvoid, sampler: smallFlow.sampler } : smallFlow;
  return { ...spec, task: { ...spec.task, actSteps: 1 } };
};

it.each(Object.keys(commands))(
  '%s with denoisingSteps has a flow act as one that has these steps by itself',
  async (name) => {
    const spec = flowFor(name);
    const { dir, policy } = await untrainedPolicy(spec);
    const { policy: own, dir: other } = await untrainedPolicy(flowSpec({ spec, fineTuned: false }, 2));
    const { run } = commands[name];
    const asked = await run({ policy, denoisingSteps: 2 }, dir);
    expect(asked).toEqual(await run({ policy: own }, other));
    expect(asked).not.toEqual(await run({ policy }, dir));
  },
);

it.each([
  ...Object.entries(commands).map(([name, { check }]) => ({ name, check })),
  { name: 'serve', check: async (given: object) => checkServe(serveOptions.parse(given)) },
])(
  '$name refuses steps of the other kind of policy, and others than a flow was fine-tuned in',
  async ({ name, check }) => {
    const flow = flowFor(name);
    const { policy } = await untrainedPolicy(flow);
    await expect(check({ policy, ddimSteps: 2 })).rejects.toThrow(
      '--ddim-steps: found 2, wanted it left out: the policy is a flow',
    );
    const { policy: diffusion } = await untrainedPolicy({ ...flow, sampler: smallHopper.sampler });
    await expect(check({ policy: diffusion, denoisingSteps: 2 })).rejects.toThrow(
      '--denoising-steps: found 2, wanted it left out: the policy is a diffusion',
    );
    const { policy: tuned } = await untrainedPolicy({ ...flow, sampler: { ...flow.sampler, noise: 0.1 } });
    await expect(check({ policy: tuned, denoisingSteps: 2 })).rejects.toThrow(
      '--denoising-steps: found 2, wanted 4, the steps that the policy was fine-tuned in',
    );
  },
);

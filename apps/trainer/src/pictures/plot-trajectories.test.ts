import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';

import { type DiffusionSpec, denoiserOf, type PolicySpec, writePolicy } from '../policy/policy-file.ts';
import { plotTrajectories } from './plot-trajectories.ts';
import { trajectoryOptions } from './trajectory-options.ts';

const spec: DiffusionSpec = {
  kind: 'diffusion',
  environment: 'avoid',
  obsDim: 4,
  actionDim: 2,
  condSteps: 1,
  horizonSteps: 4,
  actSteps: 4,
  maxEpisodeSteps: 100,
  hidden: [8, 8, 8],
  denoisingSteps: 2,
  timeDim: 4,
  bounds: {
    obsMin: [0.2, -0.3, 0.2, -0.3],
    obsMax: [0.8, 0.5, 0.8, 0.5],
    actionMin: [-0.01, -0.01],
    actionMax: [0.01, 0.01],
  },
};

/** A policy that was never trained, in a new folder, and options for a plot of it. */
async function untrained(environment: PolicySpec['environment']) {
  const dir = mkdtempSync(join(tmpdir(), 'dppo-'));
  const policy = join(dir, 'policy.safetensors');
  await writePolicy(policy, { spec: { ...spec, environment }, actor: denoiserOf(spec).init(1) });
  const out = join(dir, 'trajectories.svg');
  return trajectoryOptions.parse({ before: policy, out, episodes: 3, backend: tf.getBackend(), seed: 1 });
}

it('draws a panel for the policy before, and one for the policy after if there is one', async () => {
  const given = await untrained('avoid');
  await plotTrajectories({ ...given, after: given.before }, () => {});
  const both = readFileSync(given.out, 'utf8');
  expect(both).toMatch(/>before: \d of 3 arrive</);
  expect(both).toMatch(/>after: \d of 3 arrive</);
  expect(both.match(/aria-roledescription="line mark"/g)).toHaveLength(3 + 3 + 2);

  const out = `${given.out}-alone.svg`;
  await plotTrajectories({ ...given, out }, () => {});
  expect(readFileSync(out, 'utf8')).not.toContain('>after');
});

it('refuses a policy for another environment and a picture that is there, and writes nothing', async () => {
  const given = await untrained('hopper');
  await expect(plotTrajectories(given, () => {})).rejects.toThrow(
    `policy ${given.before}: for hopper, expected one for avoid`,
  );
  expect(existsSync(given.out)).toBe(false);
  await expect(plotTrajectories({ ...given, out: given.before }, () => {})).rejects.toThrow(
    `--out ${given.before}: exists already`,
  );
});

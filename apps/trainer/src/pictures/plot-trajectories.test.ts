import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { DiffusionSpec } from '@dppo/policy';
import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';

import { smallAvoid, smallHopper } from '../../test/small-policies.ts';
import { untrainedPolicy } from '../../test/untrained-policy.ts';
import { trajectoryOptions } from './plot-trajectories-options.ts';
import { plotTrajectories } from './plot-trajectories.ts';

/** Options for a plot of a policy that was never trained. */
async function untrained(spec: DiffusionSpec) {
  const { dir, policy } = await untrainedPolicy(spec);
  const out = join(dir, 'trajectories.svg');
  return trajectoryOptions.parse({ before: policy, out, episodes: 3, backend: tf.getBackend(), seed: 1 });
}

it('draws a panel for the policy before, and one for the policy after if there is one', async () => {
  const given = await untrained(smallAvoid);
  await plotTrajectories({ ...given, after: given.before }, () => {});
  const both = readFileSync(given.out, 'utf8');
  expect(both).toMatch(/>before: \d of 3 arrive</);
  expect(both).toMatch(/>after: \d of 3 arrive</);
  expect(both).toContain('>avoid, seed 1<');
  expect(both).toMatch(/ cores?, \w+ · \d{4}-\d\d-\d\d</);
  expect(both.match(/aria-roledescription="line mark"/g)).toHaveLength(3 + 3 + 2);

  const out = `${given.out}-alone.svg`;
  await plotTrajectories({ ...given, out }, () => {});
  expect(readFileSync(out, 'utf8')).not.toContain('>after');
});

it('refuses a policy for an environment without a scene, two for different ones and a picture that is there, and writes nothing', async () => {
  const given = await untrained(smallHopper);
  await expect(plotTrajectories(given, () => {})).rejects.toThrow(
    `policy ${given.before}: for hopper, wanted one for avoid or pusht`,
  );
  expect(existsSync(given.out)).toBe(false);
  const [first, second] = [await untrained(smallAvoid), given.before];
  await expect(plotTrajectories({ ...first, after: second }, () => {})).rejects.toThrow(
    `policy ${second}: for hopper, wanted one for avoid as ${first.before} is`,
  );
  expect(existsSync(first.out)).toBe(false);
  await expect(plotTrajectories({ ...given, out: given.before }, () => {})).rejects.toThrow(
    `--out ${given.before}: exists already`,
  );
});

import { expect, it } from 'vitest';

import { smallHopper } from '../../test/small-policies.ts';
import { finetuneOptions } from '../finetune/finetune-options.ts';
import { formatDescription, parseDescription } from './description.ts';
import { specHere } from './own-task.ts';

const training = finetuneOptions.parse({ policy: '/home/me/policy.safetensors', cluster: 'tls://nats.lab' });
const described = { spec: smallHopper, backend: 'cpu', rows: 2, envTimeout: 600 } as const;

it('says all that workers need, and no path of the learner', () => {
  const task = { kind: 'module', path: '/home/me/env.mjs', actSteps: 4, maxEpisodeSteps: 20 } as const;
  const bytes = formatDescription({ ...described, spec: { ...smallHopper, task }, own: 'abc', training });
  expect(new TextDecoder().decode(bytes)).not.toMatch(/home|nats/);
  const { spec, own, training: found } = parseDescription(bytes);
  expect(spec.task).toEqual({ ...task, path: '?' });
  expect(own).toBe('abc');
  expect(found).toEqual({ ...training, policy: undefined, cluster: undefined });
});

it('is not read by another version', () => {
  const text = new TextDecoder().decode(formatDescription(described)).replace('"format":1', '"format":2');
  expect(() => parseDescription(new TextEncoder().encode(text))).toThrow(
    'what the learner says of its run cannot be read here, wanted learner and workers of one version of dppo',
  );
});

it('is played in an environment of the user where the worker was told the same one itself', async () => {
  const task = { kind: 'gymnasium', id: 'Pendulum-v1', actSteps: 4, maxEpisodeSteps: 20 } as const;
  const description = { ...described, spec: { ...smallHopper, task } };
  expect((await specHere(description, 'gym:Pendulum-v1')).task).toEqual(task);
  await expect(specHere(description, 'gym:Other-v1')).rejects.toThrow(
    "--environment gym:Other-v1: found another one than the learner's",
  );
  await expect(specHere(description, undefined)).rejects.toThrow(
    'the environment of this run is none that comes with dppo, wanted --environment gym:Pendulum-v1 of the worker as of the learner',
  );
  const file = import.meta.filename;
  const own = { kind: 'module', path: '?', actSteps: 4, maxEpisodeSteps: 20 } as const;
  const other = { ...described, spec: { ...smallHopper, task: own }, own: 'another' };
  await expect(specHere(other, file)).rejects.toThrow("found another one than the learner's");
});

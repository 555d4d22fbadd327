// Measures phases on request, so that a driver can interleave several of these programs. One JSON value a line: first what there
// is, { about, phases }; then for each name read, { wall, cpu, rss }.
import { createInterface } from 'node:readline';

import { seeded, startState, train } from '@dppo/agent';
import { useBackend } from '@dppo/engine';
import { workers } from '@dppo/env';

import type { Phase } from './phase.ts';

const { name: backend } = await useBackend('tensorflow');
// The preset makes its weights when it is loaded, on the backend chosen by then.
const preset = await import('./hopper-preset.ts');
const { collectPhases } = await import('./collect-phases.ts');
const { updatePhases } = await import('./update-phases.ts');

const env = await workers(new URL('./hopper-env.ts', import.meta.url), { count: preset.nEnvs });
await env.reset(0);

const random = seeded(5, 0);
const actions = env.count * 4 * 3;
const physics: Phase = {
  name: 'physics, 40 environments',
  makes: { count: 10 * env.count * 4, unit: 'env steps' },
  repeats: 1,
  run: async () => {
    for (let i = 0; i < 10; i++) {
      await env.step(random.normal(actions).map((action) => Math.tanh(action)));
    }
  },
};

const iteration: Phase = {
  name: 'whole iteration',
  makes: { count: preset.nEnvs * preset.chunks * preset.ftDenoisingSteps, unit: 'PPO samples' },
  repeats: 1,
  run: async () => {
    const { agent, params, options } = preset;
    const rates = { seed: 0, actorLr: () => 1e-4, criticLr: () => 1e-3 };
    const iterations = train(agent, env, startState(agent, params, env.count), { ...options, ...rates });
    await iterations.next();
  },
};

const all: Phase[] = [...collectPhases(), ...(await updatePhases()), physics, iteration];

function answer(value: object): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

answer({
  about: `@dppo on ${backend}, Node ${process.version}`,
  phases: all.map(({ name, flops, makes }) => ({ name, flops, makes })),
});
for await (const asked of createInterface({ input: process.stdin })) {
  const phase = all.find(({ name }) => name === asked);
  if (!phase) throw new RangeError(`no phase called ${asked}`);
  const [start, used] = [performance.now(), process.cpuUsage()];
  for (let i = 0; i < phase.repeats; i++) await phase.run();
  const { user, system } = process.cpuUsage(used);
  answer({
    wall: (performance.now() - start) / 1000 / phase.repeats,
    cpu: (user + system) / 1e6 / phase.repeats,
    rss: process.resourceUsage().maxRSS * 1024,
  });
}
await env.close();

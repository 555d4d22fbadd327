import { compile } from '@dppo/engine';
import { loadPolicy, type LoadedPolicy } from '@dppo/policy';

import { startBackend } from '../backend.ts';
import { given } from '../options/given.ts';
import { type Live, noLive } from '../output/live.ts';
import { stopOnSignals } from '../runs/stop-signal.ts';
import { answering } from './answering.ts';
import { batchSizes } from './batch-sizes.ts';
import { policyAbout } from './policy-about.ts';
import type { ServeOptions } from './serve-options.ts';
import { patience } from './server.ts';
import { serverThread } from './server-thread.ts';

/**
 * `dppo serve`: until a signal ends it.
 *
 * @throws Error where nobody can listen there
 */
export async function serve(
  options: ServeOptions,
  token: string | undefined,
  say: (line: string) => void,
  { row }: Pick<Live, 'row'> = noLive,
): Promise<void> {
  const { host, port, seed, jit, maxBatch, ddimSteps, denoisingSteps, allowOrigin: origins } = options;
  say(await startBackend(options.backend));
  const policy = await loadPolicy(options.policy, {
    seed,
    compile: (f) => compile(f, { jit }),
    ...given({ ddimSteps, denoisingSteps }),
  });
  warmUp(policy, maxBatch);
  const { spec } = policy;
  const thread = await serverThread(
    {
      access: { host, token, origins },
      port,
      sizes: { ...spec.network, maxBatch },
      about: policyAbout(spec, maxBatch),
      patience,
    },
    answering(policy, maxBatch),
  );
  const stop = stopOnSignals(say);
  stop.signal.addEventListener('abort', () => thread.end());
  try {
    say(`serving ${thread.url}`);
    row({ url: thread.url });
    const answered = await thread.ended;
    say(`answered ${answered} ${answered === 1 ? 'observation' : 'observations'}`);
  } finally {
    stop.release();
  }
}

/** Makes the graphs before anybody waits for one. */
function warmUp(policy: LoadedPolicy, maxBatch: number): void {
  const { network, bounds } = policy.spec;
  const middle = bounds.obsMin.map((min, i) => (min + bounds.obsMax[i]) / 2);
  const asked = { obs: Array.from({ length: network.condSteps }, () => middle).flat(), seed: 0 };
  for (const size of batchSizes(maxBatch)) policy.actAll(Array.from({ length: size }, () => asked));
}

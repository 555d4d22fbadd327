import { EventEmitter, once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mkdtempSync } from 'node:fs';

import { type LoadedPolicy, loadPolicy, networkOf, writePolicy } from '@dppo/policy';

import { answering } from '../src/serve/answering.ts';
import type { Compute } from '../src/serve/batches.ts';
import type { Access } from '../src/serve/guard.ts';
import { policyAbout } from '../src/serve/policy-about.ts';
import { openServer, type OpenServer, patience, type Patience } from '../src/serve/server.ts';
import { smallHopper } from './small-policies.ts';

/** A server of a small policy for Hopper, and how to hold back what it computes. */
export interface Served extends OpenServer {
  readonly url: string;
  /** Answers nothing from now on until what it returns is called. */
  hold(): () => void;
  /** The observations of each batch so far. */
  readonly sizes: readonly number[];
}

let file: string | undefined;

/** The policy that is served, fresh: its noise is that of its seed from the beginning. */
export async function servedPolicy(seed = 42): Promise<LoadedPolicy> {
  if (file === undefined) {
    file = join(mkdtempSync(join(tmpdir(), 'dppo-')), 'policy.safetensors');
    await writePolicy(file, { spec: smallHopper, params: networkOf(smallHopper.network).init(1) });
  }
  return loadPolicy(file, { seed });
}

/** Serves it in this thread, for as long as the caller does not end it. */
export async function served({
  access = {},
  times = {},
  maxBatch = 32,
}: {
  readonly access?: Partial<Access>;
  readonly times?: Partial<Patience>;
  readonly maxBatch?: number;
} = {}): Promise<Served> {
  const policy = await servedPolicy();
  const answers = answering(policy, maxBatch);
  const sizes: number[] = [];
  let held: Promise<void> = Promise.resolve();
  const compute: Compute = async (asked) => {
    sizes.push(asked.length);
    await held;
    return answers(asked);
  };
  const server = await openServer(
    {
      access: { host: '127.0.0.1', origins: [], ...access },
      port: 0,
      sizes: { ...policy.spec.network, maxBatch },
      about: policyAbout(policy.spec, maxBatch),
      patience: { ...patience, ...times },
    },
    compute,
  );
  return {
    ...server,
    url: `http://127.0.0.1:${server.port}/`,
    sizes,
    hold: () => {
      const gate = new EventEmitter();
      held = once(gate, 'release').then(() => {});
      return () => void gate.emit('release');
    },
  };
}

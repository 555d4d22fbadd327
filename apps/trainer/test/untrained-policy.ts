import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { networkOf, type SteppedSpec, writePolicy } from '@dppo/policy';

/** A policy that was never trained, in a new folder. */
export async function untrainedPolicy(spec: SteppedSpec): Promise<{ dir: string; policy: string }> {
  const dir = mkdtempSync(join(tmpdir(), 'dppo-'));
  const policy = join(dir, 'policy.safetensors');
  await writePolicy(policy, { spec, params: networkOf(spec.network).init(1) });
  return { dir, policy };
}

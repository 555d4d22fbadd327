import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { denoiserOf, writePolicy } from '../src/policy/policy-file.ts';
import type { DiffusionSpec } from '../src/policy/policy-spec.ts';

/** A policy that was never trained, in a new folder. */
export async function untrainedPolicy(spec: DiffusionSpec): Promise<{ dir: string; policy: string }> {
  const dir = mkdtempSync(join(tmpdir(), 'dppo-'));
  const policy = join(dir, 'policy.safetensors');
  await writePolicy(policy, { spec, actor: denoiserOf(spec).init(1) });
  return { dir, policy };
}

import { readHead } from '@dppo/policy/head';
import type { Command } from 'commander';

import { withOptions } from '../options/command-line.ts';
import { fileArgument } from '../options/file-argument.ts';
import { actingSpec } from '../policy/acting-spec.ts';
import { policyIn } from '../runs/policy-in.ts';
import { isLoopback } from '../serve/guard.ts';
import { serveOptions, type ServeOptions } from '../serve/serve-options.ts';
import { tokenFrom } from '../serve/token.ts';

/** @throws Error where the policy is none or has no such steps, or other machines could ask without a token */
export async function check(
  options: ServeOptions,
): Promise<{ readonly options: ServeOptions; readonly token: string | undefined }> {
  const policy = policyIn(options.policy);
  actingSpec(await readHead(policy), options);
  const token = tokenFrom(options.tokenFile);
  if (token === undefined && !isLoopback(options.host))
    throw new Error(
      `--host ${options.host}: found no token, wanted --token-file or DPPO_TOKEN where other machines may ask`,
    );
  return { options: { ...options, policy }, token };
}

export const command = (base: Command): Command =>
  fileArgument(
    withOptions(base, serveOptions, {
      check,
      run: async ({ options, token }, { say, live }) =>
        (await import('../serve/serve.ts')).serve(options, token, say, live),
    }),
    'policy',
  );

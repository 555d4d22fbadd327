import { describe, it } from 'vitest';

import type { Env } from '../env.ts';
import { envChecks } from '../check-env.ts';

/** Registers with vitest the tests that every implementation of `Env` passes, on those that `make` makes, titled `name`. */
export function describeEnv(name: string, make: () => Env | Promise<Env>): void {
  describe(`${name} as an Env`, () => {
    it.each(envChecks)('$title', async ({ check }) => check(await make()));
  });
}

import { describe, it } from 'vitest';

import { envChecks } from '../check-env.ts';
import { checkSaved } from '../check-save.ts';
import { type Env, isSavable } from '../env.ts';

/** Registers with vitest the tests that every implementation of `Env` passes, on those that `make` makes, titled `name`. */
export function describeEnv(name: string, make: () => Env | Promise<Env>): void {
  describe(`${name} as an Env`, () => {
    it.each(envChecks)('$title', async ({ check }) => check(await make()));

    it('goes on in another one that is made in the same way with the same bits', async ({ skip }) => {
      const [here, there] = [await make(), await make()];
      if (!isSavable(here) || !isSavable(there)) return skip('it cannot be saved');
      checkSaved(here, there);
    });
  });
}

import { expect, it } from 'vitest';

import { checkNode } from './check-node.ts';

it('refuses a Node older than the package asks for, and no other', () => {
  for (const old of ['18.20.8', '20.18.3']) {
    expect(() => checkNode(old)).toThrow(`got Node ${old}, wanted 20.19 or newer`);
  }
  for (const version of ['20.19.0', '22.0.0', '24.21.0', process.versions.node]) checkNode(version);
});

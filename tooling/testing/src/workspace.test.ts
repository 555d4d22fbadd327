import { readdirSync, readFileSync } from 'node:fs';

import { expect, it } from 'vitest';

/** Who may import whom, as docs/architecture.md draws it. */
const edges: Readonly<Record<string, readonly string[]>> = {
  agent: ['diffusion', 'env', 'optim', 'rl'],
  avoid: ['env'],
  checkpoint: ['files'],
  data: ['files'],
  engine: ['wheels'],
  mujoco: ['env', 'wheels'],
  policy: ['agent', 'checkpoint', 'diffusion', 'files', 'nn'],
};

const packages = new URL('../../../packages/', import.meta.url);

it('packages depend on one another along the drawn edges only', () => {
  for (const name of readdirSync(packages)) {
    const manifest = JSON.parse(readFileSync(new URL(`${name}/package.json`, packages), 'utf8'));
    const ours = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })
      .filter((dependency) => dependency.startsWith('@dppo/'))
      .map((dependency) => dependency.slice('@dppo/'.length));
    expect(ours, name).toEqual(edges[name] ?? []);
  }
});

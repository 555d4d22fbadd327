import { existsSync, readdirSync, readFileSync } from 'node:fs';

import { expect, it } from 'vitest';

/** Who may import whom, as docs/architecture.md draws it. */
const edges: Readonly<Record<string, readonly string[]>> = {
  agent: ['diffusion', 'env', 'optim', 'rl'],
  avoid: ['env'],
  checkpoint: ['files'],
  data: ['files'],
  engine: ['wheels'],
  formats: ['files'],
  gymnasium: ['env'],
  mujoco: ['env', 'wheels'],
  policy: ['agent', 'checkpoint', 'diffusion', 'files', 'nn'],
  pusht: ['env'],
  robosuite: ['env', 'mujoco', 'wheels'],
};

const root = new URL('../../../', import.meta.url);
const packages = new URL('packages/', root);
const read = (document: string): string => readFileSync(new URL(document, root), 'utf8');

/** Folders with a package in them. */
const inside = (folder: string): string[] =>
  readdirSync(new URL(folder, root))
    .map((name) => `${folder}/${name}`)
    .filter((path) => existsSync(new URL(`${path}/package.json`, root)));

it('every package that is published has one row with its sizes in README.md', () => {
  const rows = read('README.md').matchAll(/^\| \[@dppo\/.+?\]\((.+?)\) .* [\d,]+ \/ [\d,]+ +\|$/gm);
  expect([...rows].map(([, folder]) => folder).toSorted()).toEqual(
    [...inside('apps'), ...inside('packages')].toSorted(),
  );
});

it('everything is drawn in docs/architecture.md, and nothing else', () => {
  const [, drawing] = /```\n([^]*?)\n```/.exec(read('docs/architecture.md')) ?? [];
  const drawn = drawing
    .split('\n')
    .map((line) => line.replace(/^ {3}[├└│]── @dppo\/| {3}│ .*── @dppo\//, ' packages/'))
    .map((line) => line.trim().split(' ')[0]);
  expect(new Set(drawn)).toEqual(
    new Set([...inside('packages'), ...inside('apps'), ...inside('tooling'), 'examples/*']),
  );
});

it('packages depend on one another along the drawn edges only', () => {
  for (const name of readdirSync(packages)) {
    const manifest = JSON.parse(readFileSync(new URL(`${name}/package.json`, packages), 'utf8'));
    const ours = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })
      .filter((dependency) => dependency.startsWith('@dppo/'))
      .map((dependency) => dependency.slice('@dppo/'.length));
    expect(ours, name).toEqual(edges[name] ?? []);
  }
});

it('what others make is pinned by hash: actions by commits, pnpm by its package', () => {
  for (const name of readdirSync(new URL('.github/workflows/', root))) {
    for (const [, action] of read(`.github/workflows/${name}`).matchAll(/uses: (.*)/g)) {
      expect(action, name).toMatch(/^[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    }
  }
  expect(JSON.parse(read('package.json')).packageManager).toMatch(/^pnpm@[\d.]+\+sha512\.[0-9a-f]{128}$/);
});

it("npm's token is where nothing but GitHub's actions and our own programs run", () => {
  const jobs = read('.github/workflows/release.yml').split(/\n {2}(?=\w+:\n)/);
  const [job, ...others] = jobs.filter((text) => text.includes('NPM_TOKEN'));
  expect(others).toEqual([]);
  for (const [, action] of job.matchAll(/uses: (.*)/g)) expect(action).toMatch(/^actions\//);
});

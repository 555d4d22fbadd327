import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { writeNormalization } from '@dppo/data';
import { zipSync } from 'fflate';
import { beforeAll, describe, expect, it } from 'vitest';

import { safetensors } from './containers.ts';
import { counts, failures } from './counts.ts';
import { fuzz } from './fuzz.ts';
import { holdingItself, hostileArchives, torch } from './hostile-archives.ts';
import { hostileTexts } from './hostile-texts.ts';
import type { Hostile } from './hostile.ts';
import { type Job, type Outcome, readApart } from './read-apart.ts';
import type { Reader } from './readers.ts';
import { type Sample, samples } from './samples.ts';

const folder = mkdtempSync(join(tmpdir(), 'hostile-'));
const known = await samples(join(folder, 'samples'));

/** A known file, some of whose metadata are others. */
function changed(file: string, change: (metadata: string) => string, name = 'dppo'): () => Uint8Array {
  const { bytes } = known.find((sample) => sample.file === file) ?? fail(file);
  return () => {
    const parts = safetensors.open(bytes);
    return safetensors.close({ ...parts, [name]: Buffer.from(change(Buffer.from(parts[name]).toString())) });
  };
}

function fail(file: string): Sample {
  throw new Error(`changed: found no ${file} among the samples`);
}

const hidden = (layers: string) => (about: string) =>
  about.replace(/"hidden":\[[^\]]*\]/, `"hidden":[${layers}]`);
const policies: readonly Hostile[] = [
  {
    title: 'a policy of 800 million weights',
    reader: 'policy',
    bytes: changed('pretrained.safetensors', hidden('20000,20000,20000')),
    says: 'is [8,16], wanted [20000,16]',
  },
  {
    title: 'a policy of thirty thousand layers',
    reader: 'policy',
    bytes: changed('pretrained.safetensors', hidden(`${'8,'.repeat(30_000)}8`)),
    says: '30001 layers are described, found',
  },
  {
    title: 'a policy of ninety thousand layers that are none',
    reader: 'policy',
    bytes: changed('gaussian.safetensors', hidden(`${'"",'.repeat(90_000)}8`)),
    says: '✖ Invalid input',
  },
  {
    title: 'a policy of a billion denoising steps',
    reader: 'policy',
    bytes: changed('pretrained.safetensors', (about) =>
      about.replace(/"denoisingSteps":\d+/, '"denoisingSteps":1000000000'),
    ),
    says: '✖ Too big: expected number to be <=10000',
  },
  {
    title: 'a checkpoint of 800 million weights',
    reader: 'checkpoint',
    bytes: changed('last.safetensors', hidden('20000,20000,20000')),
    says: 'wanted [20000,',
  },
  {
    title: 'a checkpoint whose state is nothing',
    reader: 'checkpoint',
    bytes: changed('last.safetensors', () => '{}', 'training'),
    says: 'its metadata training: ✖ Invalid input',
  },
  {
    title: 'a checkpoint whose state is nested a million deep',
    reader: 'checkpoint',
    bytes: changed('last.safetensors', () => '['.repeat(1_000_000), 'training'),
    says: 'its metadata training is JSON nested deeper than 100',
  },
];

function failed(path: string): Outcome {
  throw new Error(`readApart: ${path} was not read`);
}

/** Where the file of a case lies; that of a history has its name. */
function pathOf(i: number, reader: Reader): string {
  return join(folder, String(i), reader === 'history' ? 'history.yaml' : 'file');
}

const cases = [...hostileArchives, ...hostileTexts, ...policies];
let outcomes: Outcome[];

beforeAll(async () => {
  const jobs = cases.map(({ reader, bytes }, i): Job => {
    const path = pathOf(i, reader);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, bytes());
    return { reader, path };
  });
  // A process for each reader, as one that has read before may do what a fresh one does not.
  const read: Outcome[] = [];
  for (const reader of new Set(jobs.map((job) => job.reader)))
    read.push(...(await readApart(jobs.filter((job) => job.reader === reader))));
  outcomes = jobs.map(({ path }) => read.find((outcome) => outcome.path === path) ?? failed(path));
});

describe('a process of 256 MB', () => {
  it.each(cases.map(({ title, reader, says }, i) => [reader, title, says, i] as const))(
    'refuses by name and in time for %s: %s',
    (_, _title, says, i) => {
      expect(outcomes[i]).toEqual({ ...outcomes[i], verdict: 'refused', why: expect.stringContaining(says) });
    },
  );

  it('reads every sample as it is, and large files that have what they name', async () => {
    const large = join(folder, 'large.npz');
    const header = Buffer.from(
      "\x93NUMPY\x01\x00\x48\x00{'descr': '<f4', 'fortran_order': False, 'shape': (16000000,), }".padEnd(81) +
        '\n',
      'latin1',
    );
    const numbers = Buffer.concat([header, new Uint8Array(64_000_000)]);
    writeFileSync(large, zipSync({ 'a.npy': numbers, 'b.npy': numbers }, { level: 0 }));
    const long = join(folder, 'metrics.jsonl');
    writeFileSync(long, `{"iteration":1,"loss":0.25}\n`.repeat(200_000));
    const jobs = known.flatMap(({ file, readers }) =>
      readers.map((reader): Job => ({ reader, path: join(folder, 'samples', file) })),
    );
    for (const { file, bytes } of known) writeFileSync(join(folder, 'samples', file), bytes);
    const read = await readApart([
      ...jobs,
      { reader: 'npz', path: large },
      { reader: 'metrics', path: long },
    ]);
    expect(failures(read)).toEqual([]);
    expect(read.filter(({ verdict }) => verdict !== 'read')).toEqual([]);
  });

  it('takes no harm from files that name other sizes than they have', async () => {
    const result = await fuzz({ seed: 16, rounds: 6, folder: join(folder, 'fuzz') });
    expect(failures(result), counts(result)).toEqual([]);
  });
});

const written = (name: string, bytes: Uint8Array | string): string => {
  writeFileSync(join(folder, name), bytes);
  return join(folder, name);
};

describe('dppo in 256 MB', () => {
  const main = fileURLToPath(new URL('../../../apps/trainer/src/main.ts', import.meta.url));
  const dppo = (...words: readonly string[]): string => {
    const node = ['--max-old-space-size=256', '--conditions=@dppo/source', '--import', 'tsx', main];
    const { stdout, stderr } = spawnSync(process.execPath, [...node, ...words], { encoding: 'utf8' });
    return stdout + stderr;
  };
  it('import names the .pt whose list holds itself, and pretrain the .pt that is no demonstrations', async () => {
    const file = written('a.pt', torch(holdingItself(50_000)));
    const ranges = join(folder, 'avoid.npz');
    const [obsMin, obsMax] = [new Float32Array(4), new Float32Array(4).fill(1)];
    const [actionMin, actionMax] = [obsMin.subarray(2), obsMax.subarray(2)];
    await writeNormalization(ranges, { obsMin, obsMax, actionMin, actionMax });
    const rest = ['--environment', 'avoid', '--out', join(folder, 'out')];
    expect(dppo('import', file, '--normalization', ranges, ...rest)).toContain(
      `dppo: readTorch: ${file}: holds more than 100000 values`,
    );
    expect(dppo('pretrain', '--data', file, ...rest)).toContain(
      `dppo: --data ${file}: is a PyTorch file, wanted an HDF5 file`,
    );
  });

  it('evaluate names the policy of 800 million weights', () => {
    const file = written('wide.safetensors', policies[0].bytes());
    expect(dppo('evaluate', file, '--backend', 'cpu')).toContain(
      `dppo: policy ${file}: mlp_mean.layers.0.weight is [8,16], wanted [20000,16]`,
    );
  });

  it('report names metrics of 600 MB that are one line, and a config that is a list', () => {
    const run = join(folder, 'run');
    mkdirSync(run);
    const metrics = written('run/metrics.jsonl', '');
    truncateSync(metrics, 600_000_000);
    writeFileSync(metrics, '\n{"iteration":0,"time/env_steps":0}\n', { flag: 'a' });
    expect(dppo('report', run)).toContain(`${metrics} line 1: found "\\u0000`);
    const config = written('run/config.yaml', '- seed: 1\n');
    expect(dppo('report', run)).toContain(
      `dppo: ${config}: ✖ Invalid input: expected object, received array`,
    );
    expect(dppo('finetune', '--config', config)).toContain(
      `dppo: --config ${config}: found [{"seed":1}], wanted options by name`,
    );
  });
});

import { mkdir, mkdtemp, readFile, readdir, realpath, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type ProvisionOptions, provision } from './provision.ts';
import type { Tools } from './store.ts';
import { libraries } from './wheel.ts';

const wheel = { id: '9.9-fake', requirement: 'fake==9.9', platform: 'any', size: 3, sha256: '' };
const names = libraries();

let folder = '';
let cache = '';
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'dppo-')));
  cache = join(folder, 'cache');
});
afterEach(() => rm(folder, { recursive: true }));

/** A zip file of uncompressed entries, as the format's specification (APPNOTE.TXT, 4.3) lays it out. */
function zip(entries: Readonly<Record<string, string>>): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, text] of Object.entries(entries)) {
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04_03_4b_50, 0);
    local.writeUInt32LE(text.length, 18);
    local.writeUInt32LE(text.length, 22);
    local.writeUInt16LE(name.length, 26);
    const central = Buffer.alloc(46);
    central.writeUInt32LE(0x02_01_4b_50, 0);
    central.writeUInt32LE(text.length, 20);
    central.writeUInt32LE(text.length, 24);
    central.writeUInt16LE(name.length, 28);
    central.writeUInt32LE(offset, 42);
    locals.push(local, Buffer.from(name + text));
    directory.push(central, Buffer.from(name));
    offset += 30 + name.length + text.length;
  }
  const size = Buffer.concat(directory).length;
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06_05_4b_50, 0);
  end.writeUInt16LE(directory.length / 2, 8);
  end.writeUInt16LE(directory.length / 2, 10);
  end.writeUInt32LE(size, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, ...directory, end]);
}

/** A project whose tfjs-node loads only when its addon is there. */
async function project(name: string): Promise<string> {
  const tfjsNode = tfjsNodeIn(join(folder, name));
  await mkdir(join(tfjsNode, 'binding'), { recursive: true });
  await writeFile(join(tfjsNode, 'package.json'), '{ "name": "@tensorflow/tfjs-node", "main": "main.js" }');
  await writeFile(
    join(tfjsNode, 'main.js'),
    "require('fs').readFileSync(__dirname + '/lib/napi-v8/tfjs_binding.node');",
  );
  await writeFile(join(tfjsNode, 'binding', 'tfjs_binding.cc'), 'int main() {}');
  return join(folder, name);
}

function tfjsNodeIn(projectFolder: string): string {
  return join(projectFolder, 'node_modules', '@tensorflow', 'tfjs-node');
}

async function isUntouched(projectFolder: string): Promise<boolean> {
  const entries = await readdir(tfjsNodeIn(projectFolder));
  return entries.toSorted().join(' ') === 'binding main.js package.json';
}

function fakes(changes: Partial<Tools> = {}): Required<Pick<ProvisionOptions, 'cache' | 'tools' | 'wheel'>> {
  const fakeTools: Tools = {
    async fetchWheel(_wheel, into) {
      await mkdir(into, { recursive: true });
      const parts = names.map((name) => [`tensorflow/${name}`, `bytes of ${name}`]);
      const rest = [
        ['tensorflow/include/tensorflow/c/c_api.h', '// c'],
        ['tensorflow/python/a.py', 'no'],
      ];
      await writeFile(join(into, 'fake.whl'), zip(Object.fromEntries([...parts, ...rest])));
      return join(into, 'fake.whl');
    },
    findCompiler: async () => ['c++'],
    async compileAddon({ library }, addon) {
      await readFile(join(library, 'include', 'tensorflow', 'c', 'c_api.h'));
      await mkdir(join(addon, '..'), { recursive: true });
      await writeFile(addon, 'an addon');
    },
    tryAddon: async () => {},
    ...changes,
  };
  return { cache, wheel, tools: fakeTools };
}

describe('provision', () => {
  it('puts the addon and links to the libraries where tfjs-node looks for them', async () => {
    const here = await project('a');
    expect(await provision(here, fakes())).toEqual({ tfjsNode: tfjsNodeIn(here), changed: true });
    const read = (...path: string[]): Promise<string> => readFile(join(tfjsNodeIn(here), ...path), 'utf8');
    expect(await read('lib', 'napi-v8', 'tfjs_binding.node')).toBe('an addon');
    for (const name of names) expect(await read('deps', 'lib', name)).toBe(`bytes of ${name}`);
    expect((await readdir(cache)).toSorted()).toEqual(['addons', 'libtensorflow-9.9-fake']);
  });

  it('does nothing the second time', async () => {
    const here = await project('a');
    const { tools } = fakes();
    const options = fakes({ fetchWheel: vi.fn(tools.fetchWheel), compileAddon: vi.fn(tools.compileAddon) });
    await provision(here, options);
    expect(await provision(here, options)).toMatchObject({ changed: false });
    expect(options.tools.fetchWheel).toHaveBeenCalledTimes(1);
    expect(options.tools.compileAddon).toHaveBeenCalledTimes(1);
  });

  it('leaves a tfjs-node alone that works without us', async () => {
    const here = await project('a');
    await writeFile(join(tfjsNodeIn(here), 'main.js'), '');
    expect(await provision(here, fakes())).toMatchObject({ changed: false });
    expect(await isUntouched(here)).toBe(true);
  });

  it('mends a project whose links lead nowhere because the cache was emptied', async () => {
    const here = await project('a');
    await provision(here, fakes());
    await rm(cache, { recursive: true });
    expect(await provision(here, fakes())).toMatchObject({ changed: true });
    expect(await readFile(join(tfjsNodeIn(here), 'deps', 'lib', names[0]!), 'utf8')).toMatch('bytes');
  });

  it.each(['fetchWheel', 'findCompiler', 'compileAddon', 'tryAddon'] as const)(
    'leaves nothing half-installed when %s fails, and succeeds once it does not',
    async (tool) => {
      const here = await project('a');
      const failing = fakes({
        [tool]: async () => {
          throw new Error(`${tool} failed`);
        },
      });
      await expect(provision(here, failing)).rejects.toThrow(`${tool} failed`);
      expect(await isUntouched(here)).toBe(true);
      expect((await readdir(cache)).filter((name) => name.startsWith('unfinished'))).toEqual([]);
      expect(await provision(here, fakes())).toMatchObject({ changed: true });
    },
  );

  it('looks for the compiler before it downloads', async () => {
    const fetching = vi.fn(fakes().tools.fetchWheel);
    const findCompiler = (): Promise<never> => Promise.reject(new Error('none'));
    await expect(
      provision(await project('a'), fakes({ fetchWheel: fetching, findCompiler })),
    ).rejects.toThrow('none');
    expect(fetching).not.toHaveBeenCalled();
  });

  it('refuses a wheel that lacks a library', async () => {
    const fetchHalf: Tools['fetchWheel'] = async (_wheel, into) => {
      await mkdir(into, { recursive: true });
      await writeFile(join(into, 'half.whl'), zip({ [`tensorflow/${names[0]}`]: 'bytes' }));
      return join(into, 'half.whl');
    };
    const here = await project('a');
    await expect(provision(here, fakes({ fetchWheel: fetchHalf }))).rejects.toThrow(names[1]);
    expect(await isUntouched(here)).toBe(true);
  });

  it('clears away what a killed process left, and takes over its lock', async () => {
    const here = await project('a');
    await mkdir(join(cache, 'unfinished-old', 'download'), { recursive: true });
    await mkdir(join(cache, 'lock'));
    const longAgo = new Date(Date.UTC(2020, 0));
    await utimes(join(cache, 'lock'), longAgo, longAgo);
    await provision(here, fakes());
    expect((await readdir(cache)).toSorted()).toEqual(['addons', 'libtensorflow-9.9-fake']);
  });

  it('fills the cache once when two projects ask at the same time', async () => {
    const { tools } = fakes();
    const options = fakes({ fetchWheel: vi.fn(tools.fetchWheel), compileAddon: vi.fn(tools.compileAddon) });
    const both = [await project('a'), await project('b')];
    const results = await Promise.all(both.map((here) => provision(here, options)));
    expect(results.map(({ changed }) => changed)).toEqual([true, true]);
    expect(options.tools.fetchWheel).toHaveBeenCalledTimes(1);
    expect(options.tools.compileAddon).toHaveBeenCalledTimes(1);
  });

  it('says how to install tfjs-node in a project that lacks it', async () => {
    await expect(provision(folder, fakes())).rejects.toThrow(
      `@tensorflow/tfjs-node is not installed in ${folder}: npm install --ignore-scripts @tensorflow/tfjs-node`,
    );
  });
});

import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { unpack } from './unpack.ts';

const wheel = fileURLToPath(new URL('../../mujoco/fixtures/whole.whl', import.meta.url));

it('names the file that could not be written', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'dppo-'));
  const places = new Map([
    ['mujoco/__init__.py', 'a'],
    ['mujoco-3.14.0.dist-info/METADATA', 'a/b'],
  ]);
  await expect(unpack(wheel, folder, (entry) => places.get(entry))).rejects.toThrow(
    /^a\/b could not be unpacked: (EEXIST|ENOTDIR)/,
  );
});

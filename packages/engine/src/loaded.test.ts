import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seal } from '@dppo/wheels';
import { beforeEach, expect, it } from 'vitest';
import { checkLoaded, checkNative } from './loaded.ts';

let tfjsNode = '';
let library = '';
let link = '';
beforeEach(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'dppo-'));
  const kept = join(folder, 'libtensorflow');
  library = join(kept, 'lib', 'libtensorflow_cc.so.2');
  await mkdir(join(kept, 'lib'), { recursive: true });
  await writeFile(library, 'abc');
  await seal(kept);
  tfjsNode = join(folder, 'tfjs-node');
  link = join(tfjsNode, 'deps', 'lib', 'libtensorflow_cc.so.2');
  await mkdir(join(tfjsNode, 'deps', 'lib'), { recursive: true });
  await mkdir(join(tfjsNode, 'lib', 'napi-v8'), { recursive: true });
  await writeFile(join(tfjsNode, 'lib', 'napi-v8', 'tfjs_binding.node'), 'an addon');
  await symlink(library, link);
});

it('a tfjs-node whose files are whole passes, and so does none', async () => {
  await checkNative(tfjsNode);
  await checkNative(join(tfjsNode, 'none'));
});

it.each<[string, () => Promise<unknown>, RegExp]>([
  ['a library that is cut off', () => truncate(library, 2), /cc\.so\.2 has 2 bytes, wanted 3/],
  ['a library that is empty', () => truncate(library, 0), /cc\.so\.2 has 0 bytes, wanted 3/],
  ['a library that is missing', () => rm(library), /deps\/lib\/libtensorflow_cc\.so\.2 is missing/],
  ['a folder in place of a library', () => rm(link).then(() => mkdir(link)), /cc\.so\.2 is not a file/],
  ['an addon that is a folder', addonAsFolder, /tfjs_binding\.node is not a file/],
])('%s is refused before it is loaded, with what mends it', async (_, damage, message) => {
  await damage();
  expect(() => checkLoaded(tfjsNode)).toThrow(message);
  expect(() => checkLoaded(tfjsNode)).toThrow(/: run npx dppo-native$/);
});

it('another byte is found by the hash', async () => {
  await writeFile(library, 'abd');
  checkLoaded(tfjsNode);
  await expect(checkNative(tfjsNode)).rejects.toThrow(
    /has SHA-256 a52d\w+, wanted ba78\w+: run npx dppo-native$/,
  );
});

async function addonAsFolder(): Promise<void> {
  const addon = join(tfjsNode, 'lib', 'napi-v8', 'tfjs_binding.node');
  await rm(addon);
  await mkdir(addon);
}

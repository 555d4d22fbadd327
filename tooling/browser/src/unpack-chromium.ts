import { execFile } from 'node:child_process';
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createBrotliDecompress } from 'node:zlib';

const require = createRequire(import.meta.url);
const packed = join(dirname(require.resolve('@sparticuz/chromium')), '..', '..');
const cache = fileURLToPath(new URL('../node_modules/.cache', import.meta.url));
const fontsConf = `<fontconfig>
  <dir prefix="relative">fonts</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
</fontconfig>
`;

/** The folder of `chromium` with the libraries and fonts that a bare machine lacks; unpacked once, 230 MB. */
export async function unpackChromium(): Promise<string> {
  const { version } = JSON.parse(await readFile(join(packed, 'package.json'), 'utf8'));
  const folder = join(cache, `chromium-${version}`);
  if (existsSync(folder)) return folder;
  await mkdir(cache, { recursive: true });
  const unfinished = await mkdtemp(join(cache, 'unfinished-'));
  try {
    await Promise.all([
      unpackFile('chromium.br', join(unfinished, 'chromium')),
      unpackArchive('al2023.tar.br', unfinished), // NSS and expat, in lib
      unpackArchive('swiftshader.tar.br', unfinished),
      unpackArchive('fonts.tar.br', unfinished),
    ]);
    await writeFile(join(unfinished, 'fonts.conf'), fontsConf); // theirs names folders of other machines
    await rename(unfinished, folder).catch((error: unknown) => {
      if (!existsSync(folder)) throw error; // else another process was quicker
    });
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  return folder;
}

async function unpackFile(name: string, file: string): Promise<void> {
  const content = createReadStream(join(packed, 'bin', name));
  await pipeline(content, createBrotliDecompress(), createWriteStream(file, { mode: 0o755 }));
}

async function unpackArchive(name: string, into: string): Promise<void> {
  const archive = join(into, name.replace('.br', ''));
  await unpackFile(name, archive);
  await promisify(execFile)('tar', ['-x', '--no-same-owner', '-f', archive, '-C', into]);
  await rm(archive);
}

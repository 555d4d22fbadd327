import { access, constants, mkdir, readFile } from 'node:fs/promises';
import { availableParallelism, freemem, release, totalmem } from 'node:os';

import { cacheFolder } from '@dppo/wheels';
import { z } from 'zod';

import { type Live, noLive } from '../output/live.ts';
import { backendChecks } from './doctor-backends.ts';
import { type Check, tried } from './doctor-check.ts';
import { meshesCheck } from './doctor-meshes.ts';
import { mujocoChecks } from './doctor-mujoco.ts';

/** `dppo doctor`: what is installed and works, in lines for an issue, and whether a file of options does; true if dppo can work. */
export async function doctor(
  config: string | undefined,
  say: (line: string) => void,
  { row }: Pick<Live, 'row'> = noLive,
): Promise<boolean> {
  const checks = await Promise.all([
    system(),
    backendChecks(),
    mujocoChecks(),
    meshesCheck(),
    cacheCheck(),
    ofConfig(config),
  ]);
  for (const check of checks.flat()) {
    row(check);
    say(`${check.state.padEnd(7)}  ${check.name}: ${check.found}`);
  }
  const broken = checks
    .flat()
    .filter(({ state }) => state === 'broken')
    .map(({ name }) => name);
  say(broken.length === 0 ? 'dppo can work here' : `dppo cannot work here: ${broken.join(', ')}`);
  return broken.length === 0;
}

async function ofConfig(file: string | undefined): Promise<Check[]> {
  return file === undefined ? [] : (await import('./doctor-config.ts')).configChecks(file);
}

/** Without a folder for caches there are no native libraries but those that it has, and all else works. */
async function cacheCheck(): Promise<Check> {
  const named = await tried('cache', 'missing', async () => cacheFolder());
  return named.state === 'works' ? tried('cache', 'missing', () => writable(named.found)) : named;
}

function works(name: string, found: string): Check {
  return { name, state: 'works', found };
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}

async function system(): Promise<Check[]> {
  const text = await readFile(new URL('../../package.json', import.meta.url), 'utf8');
  const { version, engines } = z
    .object({ version: z.string(), engines: z.object({ node: z.string() }) })
    .parse(JSON.parse(text));
  return [
    works('dppo', version),
    await tried('Node.js', 'broken', () => supported(process.versions.node, engines.node)),
    works('system', `${process.platform} ${process.arch}, ${release()}`),
    works('processor', `${availableParallelism()} cores`),
    works('memory', `${gigabytes(totalmem())}, ${gigabytes(freemem())} free`),
  ];
}

function supported(version: string, range: string): Promise<string> {
  const [have, want] = [version, range.replace('>=', '')].map((text) => text.split('.').map(Number));
  const isOlder = have[0] < want[0] || (have[0] === want[0] && have[1] < want[1]);
  if (isOlder) throw new Error(`${version}, wanted ${range}`);
  return Promise.resolve(version);
}

async function writable(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  await access(folder, constants.W_OK);
  return `${folder} can be written to`;
}

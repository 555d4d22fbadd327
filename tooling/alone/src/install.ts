import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Tarballs } from './pack.ts';
import { run } from './run.ts';
import { packages, trainer } from './workspace.ts';

const tfjs = '@tensorflow/tfjs';

export interface Source {
  /** The folder of all projects. */
  readonly into: string;
  readonly tarballs: Tarballs;
  /** The `node_modules` of a project that has installed TensorFlow.js and nothing else. */
  readonly tfjsModules: string;
}

/**
 * Installs packages with npm into a new project and gives its folder. Ours come from their tarballs, and with them, as no
 * registry has them, those that they say they depend on.
 */
export async function install(
  names: readonly string[],
  { into, tarballs, tfjsModules }: Source,
): Promise<string> {
  const folder = await mkdtemp(join(into, 'project-'));
  // 300 MB that npm would unpack anew for each project.
  if (names.includes(tfjs)) await run(into, 'cp', ['-al', tfjsModules, folder]);
  await npmInstall(
    folder,
    [...withDependencies(names)].map((name) => tarballs.get(name) ?? name),
  );
  return folder;
}

/** Installs TensorFlow.js into a project of its own and gives its `node_modules`. */
export async function installTfjs(into: string): Promise<string> {
  const folder = join(into, 'tfjs');
  const modules = join(folder, 'node_modules');
  await mkdir(folder);
  await npmInstall(folder, [tfjs]);
  await rm(join(modules, '.package-lock.json')); // the one file that npm changes in place
  return modules;
}

async function npmInstall(folder: string, words: readonly string[]): Promise<void> {
  await writeFile(join(folder, 'package.json'), '{}');
  await run(folder, 'npm', [
    'install',
    '--prefer-offline',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
    ...words,
  ]);
}

/** The words behind `npm install` in a README. */
export function installLine(readme: string): string[] {
  const line = /^npm install (.+)$/m.exec(readme);
  if (!line) throw new Error('its README does not say how to install it: a line `npm install …`');
  return line[1].split(' ');
}

function withDependencies(names: readonly string[]): Set<string> {
  const all = new Set(names);
  for (const name of all) {
    const ours = [...packages, trainer].find((other) => other.name === name);
    for (const dependency of Object.keys(ours?.dependencies ?? {})) {
      if (dependency.startsWith('@dppo/')) all.add(dependency);
    }
  }
  return all;
}

import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type PolicyFile, readPolicy } from '@dppo/policy';
import * as tf from '@tensorflow/tfjs';
import { parse } from 'yaml';

import { type FinetuneOptions, finetuneOptions } from '../src/finetune/finetune-options.ts';
import { finetune } from '../src/finetune/finetune.ts';
import { settled } from '../src/finetune/starting-spec.ts';
import { foundThere } from '../src/options/auto-resume.ts';
import { readLine } from '../src/options/command-line.ts';

export const quiet = (): void => {};

/** The options that the command would run for a line of these. */
export async function optionsOf(given: object, config?: string): Promise<FinetuneOptions> {
  const set = Object.entries(given).map(
    ([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  const line = { set, named: {}, ...(config !== undefined && { config }) };
  const { options, given: names } = readLine('finetune', finetuneOptions, line);
  const there = foundThere('finetune', finetuneOptions.shape, options, names);
  return (await settled(there === undefined ? options : finetuneOptions.parse(there))).options;
}

/** Trains in a new folder, which it gives. */
export async function trained(given: object, config?: string): Promise<string> {
  const runDir = join(mkdtempSync(join(tmpdir(), 'run-')), 'run');
  const backend = tf.getBackend();
  await finetune(await optionsOf({ ...given, backend, runDir }, config), quiet);
  return runDir;
}

/** Rows of metrics without what the clock says. */
export function rows(dir: string): Record<string, number>[] {
  const lines = readFileSync(join(dir, 'metrics.jsonl'), 'utf8').trim().split('\n');
  const ofTheClock = /^time\/(seconds|cpu_seconds|sampling|physics|update|fps)$/;
  return lines.map((line) => JSON.parse(line, (key, value) => (ofTheClock.test(key) ? 0 : value)));
}

/** The options that a run keeps. */
export const configOf = (dir: string): object => parse(readFileSync(join(dir, 'config.yaml'), 'utf8'));

/** A policy of a run. */
export const policyIn = (dir: string, name: string): Promise<PolicyFile> =>
  readPolicy(join(dir, `${name}.safetensors`));

/** Weights as numbers by name. */
export const numbers = (weights: tf.NamedTensorMap = {}) =>
  Object.entries(weights).map(([name, weight]) => [name, weight.dataSync()]);

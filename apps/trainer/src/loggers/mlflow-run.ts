import { existsSync } from 'node:fs';

import { aboutFile, writeWhole } from '@dppo/files';
import { stringify } from 'yaml';
import { z } from 'zod';

import { readYaml } from '../options/yaml-file.ts';
import { fileIn } from '../runs/run-folder.ts';
import type { LoggedRun } from './logger.ts';
import { type MlflowClient, MlflowError } from './mlflow-client.ts';
import { keyOf } from './mlflow-metrics.ts';

/** A run as a server has it. */
export interface MlflowRun {
  readonly id: string;
  /** Id of its experiment. */
  readonly experiment: string;
  /** The latest step of each metric that it has. */
  readonly latest: ReadonlyMap<string, number>;
  readonly artifactUri: string;
  /** Where the server itself takes its artifacts; undefined where they lie elsewhere. */
  readonly artifacts: string | undefined;
}

/** Where a run is kept. */
interface Place {
  readonly server: string;
  readonly experiment: string;
}

const experimentAnswer = z.object({
  experiment: z.object({ experiment_id: z.string(), lifecycle_stage: z.string().default('active') }),
});

const runAnswer = z.object({
  run: z.object({
    info: z.object({
      run_id: z.string(),
      experiment_id: z.string(),
      artifact_uri: z.string().default(''),
      lifecycle_stage: z.string().default('active'),
    }),
    data: z
      .object({
        metrics: z.array(z.object({ key: z.string(), step: z.coerce.number().default(0) })).default([]),
        params: z.array(z.object({ key: z.string() })).default([]),
      })
      .prefault({}),
  }),
});

/** The id of an experiment; undefined where the server has none of this name. */
export async function experimentOf(client: MlflowClient, name: string): Promise<string | undefined> {
  const query = { experiment_name: name };
  const answer = await client.get('experiments/get-by-name', query).catch((error: unknown) => {
    if (error instanceof MlflowError && error.code === 'RESOURCE_DOES_NOT_EXIST') return undefined;
    throw error;
  });
  if (answer === undefined) return undefined;
  const { experiment_id: id, lifecycle_stage: stage } = known(experimentAnswer, answer).experiment;
  if (stage === 'active') return id;
  throw new Error(`its experiment ${name} is deleted, wanted another or that one restored`);
}

/** The run of a folder there: a new one, or the one that it goes on as, whose id the folder keeps. */
export async function mlflowRun(
  client: MlflowClient,
  place: Place,
  { dir, name, config, from }: LoggedRun,
): Promise<MlflowRun> {
  const file = fileIn({ dir }, 'mlflow.yaml');
  const kept = keptIn(file);
  const isHere = ({ server, experiment }: Place): boolean =>
    server === place.server && experiment === place.experiment;
  const before = from === undefined ? undefined : kept.find(isHere);
  const { info, data } =
    before === undefined
      ? await newRun(client, place.experiment, name)
      : await sameRun(client, before.run, `without it in ${file} a new one begins`);
  if (before === undefined)
    await writeWhole(
      file,
      stringify([...kept.filter((one) => !isHere(one)), { ...place, run: info.run_id }]),
    );
  await addParams(client, info.run_id, config, new Set(data.params.map(({ key }) => key)));
  return {
    id: info.run_id,
    experiment: info.experiment_id,
    latest: new Map(data.metrics.map(({ key, step }) => [key, step])),
    artifactUri: info.artifact_uri,
    artifacts: /^mlflow-artifacts:\/([^/].*)$/.exec(info.artifact_uri)?.[1],
  };
}

/** Runs that a folder is kept as. */
const ids = z.array(z.object({ server: z.string(), experiment: z.string(), run: z.string() }));

function keptIn(file: string): z.output<typeof ids> {
  if (!existsSync(file)) return [];
  const { data, error } = ids.safeParse(readYaml(file, file, 2 ** 16));
  if (error !== undefined) throw aboutFile(file, z.prettifyError(error));
  return data;
}

async function newRun(client: MlflowClient, experiment: string, name: string) {
  const id =
    (await experimentOf(client, experiment)) ??
    known(
      z.object({ experiment_id: z.string() }),
      await client.post('experiments/create', { name: experiment }),
    ).experiment_id;
  const tags = [{ key: 'mlflow.source.name', value: 'dppo' }];
  const asked = { experiment_id: id, run_name: name, start_time: Date.now(), tags };
  return known(runAnswer, await client.post('runs/create', asked)).run;
}

async function sameRun(client: MlflowClient, id: string, otherwise: string) {
  const answer = await client.get('runs/get', { run_id: id }).catch((error: unknown) => {
    if (error instanceof MlflowError && error.code === 'RESOURCE_DOES_NOT_EXIST') return undefined;
    throw error;
  });
  const run = answer === undefined ? undefined : known(runAnswer, answer).run;
  if (run?.info.lifecycle_stage !== 'active') throw new Error(`its run ${id} is deleted; ${otherwise}`);
  await client.post('runs/update', { run_id: id, status: 'RUNNING' });
  return run;
}

/** Adds parameters that are not there: one that is can never be another. */
async function addParams(
  client: MlflowClient,
  id: string,
  config: LoggedRun['config'],
  has: ReadonlySet<string>,
): Promise<void> {
  const params = paramsOf(config).filter(({ key }) => !has.has(key));
  for (let at = 0; at < params.length; at += mostParams)
    await client.post('runs/log-batch', { run_id: id, params: params.slice(at, at + mostParams) });
}

/** Parameters of one call, and letters of one that every version takes. */
const [mostParams, mostOfValue] = [100, 500];

/** The values of a config by their names, those within others by both: sizes.hidden. */
function paramsOf(config: object, prefix = ''): { readonly key: string; readonly value: string }[] {
  return Object.entries(config).flatMap(([name, value]: [string, unknown]) => {
    const key = keyOf(`${prefix}${name}`);
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return paramsOf(value, `${key}.`);
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    return [{ key, value: text.length > mostOfValue ? `${text.slice(0, mostOfValue - 1)}…` : text }];
  });
}

/** @throws Error where an answer is not what MLflow's documentation says */
function known<Answer>(schema: z.ZodType<Answer>, answer: unknown): Answer {
  const { data, error } = schema.safeParse(answer);
  if (error === undefined) return data;
  throw new Error(`found an answer of another API (${error.issues[0].path.join('.')}), wanted MLflow's`);
}

import { existsSync } from 'node:fs';
import { basename } from 'node:path';

import { fileIn } from '../runs/run-folder.ts';
import { RefusedError } from './apart.ts';
import type { LoggedRun, Logger, OpenLogger, Scalars } from './logger.ts';
import { type MlflowClient, mlflowClient, MlflowError, serverAt } from './mlflow-client.ts';
import { batches, missingRows } from './mlflow-metrics.ts';
import { experimentOf, type MlflowRun, mlflowRun } from './mlflow-run.ts';

/** What runs are kept under. */
export interface MlflowOptions {
  /** Name of the experiment; it is made where the server has none of it. */
  readonly experiment?: string;
}

const statuses = { finished: 'FINISHED', stopped: 'KILLED', failed: 'FAILED' } as const;

/** MLflow's words for what need not be asked again. */
const refusals = new Set([
  'INVALID_PARAMETER_VALUE',
  'BAD_REQUEST',
  'RESOURCE_DOES_NOT_EXIST',
  'ENDPOINT_NOT_FOUND',
]);

/**
 * Logs runs to an MLflow server by its REST API: options as parameters, rows as metrics, and pictures, report and policies as artifacts
 * where the server takes them. A run that goes on is the same one there: it writes no step of a
 * metric that the server has, and of its metrics.jsonl those that it lacks at the end.
 *
 * Who asks is said by the environment, as to MLflow's own client: MLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_USERNAME and
 * MLFLOW_TRACKING_PASSWORD.
 *
 * @param url - of the server, such as http://127.0.0.1:5000
 * @throws RangeError where that is none; opening throws Error where the server does not answer as MLflow does
 * @see https://mlflow.org/docs/latest/rest-api.html
 */
export function mlflow(url: string, { experiment = 'dppo' }: MlflowOptions = {}): OpenLogger {
  const server = serverAt(url);
  return (run) =>
    about(server, async (client) => {
      const own = await mlflowRun(client, { server, experiment }, run);
      const logger = { name: nameOf(server), ...loggerOf(client, own, missedBy(own, run)) };
      run.say(`logger ${logger.name}: ${server}/#/experiments/${own.experiment}/runs/${own.id}`);
      if (!('file' in logger))
        run.say(
          `logger ${logger.name}: artifacts lie at ${own.artifactUri}, which the server passes nothing on to; files stay in ${run.dir}`,
        );
      return logger;
    });
}

/** @throws Error where there is no server that answers as MLflow does, or it does not let us in */
export async function reachMlflow(url: string, experiment: string): Promise<void> {
  await about(serverAt(url), (client) => experimentOf(client, experiment));
}

const nameOf = (server: string): string => `mlflow:${server}`;

/** Names the server in what goes wrong. */
async function about<Result>(
  server: string,
  work: (client: MlflowClient) => Promise<Result>,
): Promise<Result> {
  try {
    return await work(mlflowClient(server, process.env));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`logger ${nameOf(server)}: ${reason}`, { cause: error });
  }
}

/** What the run has of its own and the server has not: rows while it was away, or all before it was told. */
function missedBy({ latest }: MlflowRun, { dir, from }: LoggedRun): Scalars[] {
  return from === undefined ? [] : missingRows(fileIn({ dir }, 'metrics.jsonl'), from.iteration, latest);
}

function loggerOf(
  client: MlflowClient,
  { id, latest, artifacts }: MlflowRun,
  missed: readonly Scalars[],
): Omit<Logger, 'name'> {
  const sent = new WeakSet<Scalars>();
  const post = (path: string, body: object): Promise<void> =>
    orRefused(client.post(path, { run_id: id, ...body }));
  const metrics: Omit<Logger, 'name'> = {
    // Where an answer was lost they are sent again: of metrics that are the same with their times the server keeps one.
    scalars: async (rows) => {
      const others = [...missed, ...rows].filter((row) => !sent.has(row));
      for (const batch of batches(others, latest)) {
        await post('runs/log-batch', { metrics: batch.metrics });
        for (const row of batch.whole) sent.add(row);
      }
    },
    close: async ({ state, why }) => {
      await post('runs/set-tag', { key: 'ending', value: why });
      await post('runs/update', { status: statuses[state], end_time: Date.now() });
    },
  };
  if (artifacts === undefined) return metrics;
  const upload = (path: string, content: string | Uint8Array): Promise<void> =>
    orRefused(client.upload(`${artifacts}/${path}`, content));
  return {
    ...metrics,
    text: (name, text, step) => upload(`texts/${name}-${step}.md`, Buffer.from(text)),
    image: (name, { type, bytes }, step) => upload(`images/${name}-${step}.${type.slice(6)}`, bytes),
    file: async (path) => {
      if (!existsSync(path)) throw new RefusedError(`${path} is gone`);
      await upload(basename(path), path);
    },
  };
}

/** Tells what need not be asked again from a server that is away. */
async function orRefused(asking: Promise<unknown>): Promise<void> {
  try {
    await asking;
  } catch (error) {
    if (error instanceof MlflowError && refusals.has(error.code ?? ''))
      throw new RefusedError(error.message, { cause: error });
    throw error;
  }
}

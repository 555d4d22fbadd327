import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

import type { OpenLogger } from './logger.ts';
import { loggerNamed } from './logger-text.ts';
import { mlflow, reachMlflow } from './mlflow.ts';
import { within } from './open-loggers.ts';

/**
 * The loggers that `--logger` names.
 *
 * @throws Error naming a server that does not answer as it should, or a file that is gone or has no default export that opens a logger
 */
export async function namedLoggers(texts: readonly string[]): Promise<OpenLogger[]> {
  const loggers: OpenLogger[] = [];
  for (const text of texts) {
    const named = loggerNamed(text);
    if (named.kind === 'mlflow') {
      const { server, experiment } = named;
      await reachMlflow(server, experiment);
      loggers.push(mlflow(server, { experiment }));
    } else loggers.push(await ownLogger(named.path));
  }
  return loggers;
}

async function ownLogger(path: string): Promise<OpenLogger> {
  if (!existsSync(path)) throw new Error(`logger ${path}: no such file`);
  const named = (error: unknown): never => {
    throw new Error(`logger ${path}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  };
  const loading: Promise<{ readonly default?: OpenLogger }> = import(pathToFileURL(path).href);
  const { default: open } = await within(loading, `logger ${path}: its import`).catch(named);
  if (typeof open !== 'function') throw new Error(`logger ${path}: no default export (run) => Logger`);
  return open;
}

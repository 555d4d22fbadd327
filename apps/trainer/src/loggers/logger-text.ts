import { resolve } from 'node:path';

import { z } from 'zod';

import { serverAt } from './mlflow-client.ts';

/** What `--logger` names. */
export type NamedLogger =
  | { readonly kind: 'mlflow'; readonly server: string; readonly experiment: string }
  | { readonly kind: 'module'; readonly path: string };

const module = /\.m?[jt]s$/;

const wanted =
  'wanted mlflow:http://HOST:PORT#EXPERIMENT, mlflow, or a file of your own that ends in .js, .mjs, .ts or .mts';

/**
 * The logger of a text; a file by its whole path. What an address of MLflow leaves out, the environment says as to MLflow's own client.
 *
 * @throws RangeError where it names none
 */
export function loggerNamed(text: string, env = process.env): NamedLogger {
  if (module.test(text)) return { kind: 'module', path: resolve(text) };
  const [, address, named] = /^mlflow(?::([^#]*)(?:#(.*))?)?$/.exec(text) ?? [];
  if (!text.startsWith('mlflow') || (text !== 'mlflow' && address === undefined))
    throw new RangeError(
      ['jsonl', 'tensorboard'].includes(text)
        ? 'wanted others than jsonl and tensorboard, which are always there'
        : wanted,
    );
  const uri = address ?? env['MLFLOW_TRACKING_URI'];
  if (uri === undefined)
    throw new RangeError(`${wanted}; mlflow alone takes MLFLOW_TRACKING_URI, which is not set`);
  const experiment = named || env['MLFLOW_EXPERIMENT_NAME'] || 'dppo';
  return { kind: 'mlflow', server: serverAt(uri), experiment };
}

/** The same with the whole path of a file that lies from a folder. */
export function wholeLogger(text: string, folder: string): string {
  return module.test(text) ? resolve(folder, text) : text;
}

/** What `--logger` may be, each once. */
export const loggerTexts = z
  .array(
    z.string().superRefine((text, context) => {
      try {
        loggerNamed(text);
      } catch (error) {
        const { message } = error instanceof Error ? error : { message: wanted };
        context.addIssue(message.slice(message.indexOf('wanted ')));
      }
    }),
  )
  .superRefine((texts, context) => {
    const same = texts.find((text, i) => texts.slice(0, i).some((other) => isSame(text, other)));
    if (same !== undefined) context.addIssue(`wanted each once, ${same} is there twice`);
  });

function isSame(...texts: readonly [string, string]): boolean {
  const [one, other] = texts.map((text) => JSON.stringify(loggerNamed(text)));
  return one === other;
}

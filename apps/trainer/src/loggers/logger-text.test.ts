import { resolve } from 'node:path';

import { expect, it } from 'vitest';

import { loggerNamed, loggerTexts, wholeLogger } from './logger-text.ts';

it.each([
  ['mlflow:http://127.0.0.1:5000', {}, 'http://127.0.0.1:5000', 'dppo'],
  ['mlflow:https://host/tracking/#hopper runs', {}, 'https://host/tracking', 'hopper runs'],
  ['mlflow:http://h:1', { MLFLOW_EXPERIMENT_NAME: 'mine' }, 'http://h:1', 'mine'],
  ['mlflow', { MLFLOW_TRACKING_URI: 'http://h:1/' }, 'http://h:1', 'dppo'],
])('reads %s', (text, env, server, experiment) => {
  expect(loggerNamed(text, env)).toEqual({ kind: 'mlflow', server, experiment });
});

it('takes a file from where one is, or from a folder', () => {
  expect(loggerNamed('./mine.ts')).toEqual({ kind: 'module', path: resolve('mine.ts') });
  expect(wholeLogger('./mine.ts', '/runs')).toBe('/runs/mine.ts');
  expect(wholeLogger('mlflow:http://h:1', '/runs')).toBe('mlflow:http://h:1');
});

it.each([
  ['wandb', 'wanted mlflow:http://HOST:PORT#EXPERIMENT, mlflow, or a file'],
  ['tensorboard', 'wanted others than jsonl and tensorboard, which are always there'],
  ['mlflows:http://h', 'wanted mlflow:http://HOST'],
  ['mlflow', 'MLFLOW_TRACKING_URI, which is not set'],
  ['mlflow:', 'found "", wanted the address of a server, such as http://127.0.0.1:5000'],
  ['mlflow:127.0.0.1:5000', 'found "127.0.0.1:5000", wanted the address of a server'],
  ['mlflow:file:///tmp/mlruns', 'found "file:///tmp/mlruns", wanted the address of a server'],
  ['mlflow:http://h:1/?a=b', 'wanted the address of a server'],
  [
    'mlflow:http://me:secret@h:1',
    'found a name or password in the address of http://h:1, wanted one without, MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD say them',
  ],
])('refuses %s', (text, why) => {
  expect(() => loggerNamed(text, {})).toThrow(why);
});

it('refuses one that is there twice, however it is written', () => {
  const { error } = loggerTexts.safeParse(['mlflow:http://h:1#a', 'x.ts', 'mlflow:http://h:1/#a']);
  expect(error?.issues[0].message).toBe('wanted each once, mlflow:http://h:1/#a is there twice');
  expect(loggerTexts.safeParse(['mlflow:http://h:1#a', 'mlflow:http://h:1#b']).success).toBe(true);
});

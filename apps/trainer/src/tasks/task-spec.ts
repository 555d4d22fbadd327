import { existsSync } from 'node:fs';
import { dirname, extname, relative, resolve } from 'node:path';

import { z } from 'zod';

import { taskNames } from './tasks.ts';

const path = z.string().min(1);
const tagged = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('named'), name: z.enum(taskNames) }),
  /** A JavaScript module whose default export makes environments, as `workers` of @dppo/env takes it. */
  z.strictObject({ kind: z.literal('module'), path }),
  /** A model of MuJoCo. */
  z.strictObject({ kind: z.literal('mjcf'), path }),
]);

/** Which task a policy is for. Files of policies before there were tasks of one's own have the name alone. */
export const taskSpec = z.union([
  tagged,
  z.enum(taskNames).transform((name) => ({ kind: 'named' as const, name })),
]);

export type TaskSpec = z.output<typeof taskSpec>;

const fileEnding = /\.(m?[jt]s|xml)$/;

const expected = `expected one of ${taskNames.join(', ')}, or a file that ends in .js, .mjs, .ts, .mts or .xml`;

/** What `--environment` may be: a task that comes with dppo, or a file. */
export const environmentText = z.union([z.enum(taskNames), z.string().regex(fileEnding, expected)], expected);

function isTaskName(text: string): text is (typeof taskNames)[number] {
  return taskNames.some((name) => name === text);
}

/** Whether `--environment` names a file. */
export function isTaskFile(text: string): boolean {
  return fileEnding.test(text);
}

/**
 * The task that `--environment` names; a file by its whole path.
 *
 * @throws Error where the file is not there
 */
export function taskNamed(text: string): TaskSpec {
  if (isTaskName(text)) return { kind: 'named', name: text };
  if (!existsSync(text)) throw new Error(`--environment ${text}: no such file`);
  return { kind: extname(text) === '.xml' ? 'mjcf' : 'module', path: resolve(text) };
}

/** `--environment` of a task. */
export function nameOf(task: TaskSpec): string {
  return task.kind === 'named' ? task.name : task.path;
}

/** A task as a file keeps it: another file relative to its folder. */
export function storedTask(file: string, task: TaskSpec): TaskSpec {
  return task.kind === 'named' ? task : { ...task, path: relative(dirname(resolve(file)), task.path) };
}

/** The task that a file keeps, by its whole path. */
export function keptTask(file: string, task: TaskSpec): TaskSpec {
  return task.kind === 'named' ? task : { ...task, path: resolve(dirname(file), task.path) };
}

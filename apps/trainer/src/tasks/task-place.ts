import { existsSync } from 'node:fs';
import { extname, resolve } from 'node:path';

import type { TaskPlace } from '@dppo/policy/head';
import { z } from 'zod';

import { isTaskName, taskNames } from './tasks.ts';

const fileEnding = /\.(m?[jt]s|xml)$/;

const gymnasiumPrefix = /^gym:/;

const expected = `wanted one of ${taskNames.join(', ')}, a file that ends in .js, .mjs, .ts, .mts or .xml, or gym: and the name of an environment of Gymnasium`;

/** What `--environment` may be: a task that comes with dppo, a file, or an environment of Gymnasium. */
export const environmentText = z.union(
  [z.enum(taskNames), z.string().regex(fileEnding, expected), z.string().regex(/^gym:./, expected)],
  expected,
);

/** Whether `--environment` names a file. */
export function isTaskFile(text: string): boolean {
  return fileEnding.test(text);
}

/**
 * The task that `--environment` names; a file by its whole path.
 *
 * @throws Error where the file is not there
 */
export function taskNamed(text: string): TaskPlace {
  if (isTaskName(text)) return { kind: 'named', name: text };
  if (gymnasiumPrefix.test(text)) return { kind: 'gymnasium', id: text.replace(gymnasiumPrefix, '') };
  if (!existsSync(text)) throw new Error(`--environment ${text}: no such file`);
  return { kind: extname(text) === '.xml' ? 'mjcf' : 'module', path: resolve(text) };
}

/** `--environment` of a task. */
export function nameOf(task: TaskPlace): string {
  if (task.kind === 'gymnasium') return `gym:${task.id}`;
  return task.kind === 'named' ? task.name : task.path;
}

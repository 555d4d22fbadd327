import { ant } from './ant.ts';
import { avoid } from './avoid.ts';
import { can } from './can.ts';
import { halfcheetah } from './halfcheetah.ts';
import { hopper } from './hopper.ts';
import { lift } from './lift.ts';
import { pusht } from './pusht.ts';
import { square } from './square.ts';
import type { Task } from './task.ts';
import { transport } from './transport.ts';
import { walker2d } from './walker2d.ts';

export const taskNames = [
  'hopper',
  'walker2d',
  'halfcheetah',
  'ant',
  'avoid',
  'pusht',
  'lift',
  'can',
  'square',
  'transport',
] as const;

type TaskName = (typeof taskNames)[number];

/** The tasks that come with dppo. */
const tasks: Readonly<Record<TaskName, Task>> = {
  hopper,
  walker2d,
  halfcheetah,
  ant,
  avoid,
  pusht,
  lift,
  can,
  square,
  transport,
};

export function isTaskName(text: string): text is TaskName {
  return taskNames.some((name) => name === text);
}

/** @throws Error where no such task comes with dppo */
export function namedTask(name: string): Task {
  if (isTaskName(name)) return tasks[name];
  throw new Error(`task ${name}: unknown, wanted one of ${taskNames.join(', ')}`);
}

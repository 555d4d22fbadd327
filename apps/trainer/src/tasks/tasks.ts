import { avoid } from './avoid.ts';
import { halfcheetah } from './halfcheetah.ts';
import { hopper } from './hopper.ts';
import type { Task } from './task.ts';
import { walker2d } from './walker2d.ts';

export const taskNames = ['hopper', 'walker2d', 'halfcheetah', 'avoid'] as const;

export type TaskName = (typeof taskNames)[number];

/** The tasks that come with dppo. */
export const tasks: Readonly<Record<TaskName, Task>> = { hopper, walker2d, halfcheetah, avoid };

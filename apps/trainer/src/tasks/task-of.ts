import type { TaskPlace } from '@dppo/policy/head';

import { ownTask } from './own-task.ts';
import type { Task } from './task.ts';
import { namedTask } from './tasks.ts';

/** @throws Error naming the task that is unknown, or the file where its environment is gone or none */
export async function taskOf(place: TaskPlace): Promise<Task> {
  return place.kind === 'named' ? namedTask(place.name) : ownTask(place);
}

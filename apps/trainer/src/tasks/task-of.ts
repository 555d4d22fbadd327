import type { TaskPlace } from '@dppo/policy/head';

import { gymnasiumTask } from './gymnasium-task.ts';
import { ownTask } from './own-task.ts';
import type { Task } from './task.ts';
import { namedTask } from './tasks.ts';

/**
 * @param envTimeout - seconds that an environment of one's own has to be made in
 * @throws Error naming the task that is unknown, or the file where its environment is gone or none
 */
export async function taskOf(place: TaskPlace, envTimeout?: number): Promise<Task> {
  if (place.kind === 'gymnasium') return gymnasiumTask(place.id, envTimeout);
  return place.kind === 'named' ? namedTask(place.name) : ownTask(place, envTimeout);
}

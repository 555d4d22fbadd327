import { ownTask } from './own-task.ts';
import type { TaskSpec } from './task-spec.ts';
import type { Task } from './task.ts';
import { tasks } from './tasks.ts';

/** @throws Error naming the file where the environment of a file is gone or none */
export async function taskOf(spec: TaskSpec): Promise<Task> {
  return spec.kind === 'named' ? tasks[spec.name] : ownTask(spec);
}

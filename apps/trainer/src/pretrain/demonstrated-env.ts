import type { Env } from '@dppo/env';

import { namedTask } from '../tasks/tasks.ts';

/** An environment that is demonstrated in a worker thread: in the robot's units, one action a step. */
export default (task: string, index: number): Promise<Env> => namedTask(task).make(index);

import { parentPort, workerData } from 'node:worker_threads';

import { type End, converse } from './conversation.ts';
import { type LearnerData, type LearnerLine, type LearnerSide, learnerLine } from './learner-line.ts';
import { type WorkerData, type WorkerLine, type WorkerSide, workerLine } from './worker-line.ts';

const { learner, worker }: { readonly learner?: LearnerData; readonly worker?: WorkerData } = workerData;

const port = parentPort;
const end: End = {
  send: (message, buffers) => port?.postMessage(message, buffers),
  hear: (listener) => port?.on('message', listener),
};

if (learner) {
  const { ask } = converse<LearnerSide, LearnerLine>(end, () => line);
  const line = learnerLine(learner, ask);
}
if (worker) {
  const { ask } = converse<WorkerSide, WorkerLine>(end, () => line);
  const line = workerLine(worker, ask);
}

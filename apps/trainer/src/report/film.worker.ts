import { parentPort } from 'node:worker_threads';

import { useBackend } from '@dppo/engine';
import * as tf from '@tensorflow/tfjs';

import type { FilmAnswer } from './film-thread.ts';
import { filmed, type Stage, stageFor } from './report-film.ts';
import { received, type SentPolicy } from './sent-policy.ts';

let stage: Stage | undefined;
parentPort?.on('message', (asked: SentPolicy) => {
  void film(asked).then(answer, (error: unknown) =>
    answer({ failed: error instanceof Error ? error.message : String(error) }),
  );
});

async function film(asked: SentPolicy): Promise<FilmAnswer> {
  // TensorFlow's library is the training's.
  await useBackend('wasm', 'cpu');
  const policy = received(asked);
  try {
    stage ??= await stageFor(policy);
    return { film: await filmed('latest', policy, asked.seed, stage) };
  } finally {
    tf.dispose([policy.params, { ...policy.frozen }]);
  }
}

function answer(what: FilmAnswer): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- threads have no origin
  parentPort?.postMessage(what);
}

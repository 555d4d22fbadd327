import { type NatsConnection, errors } from '@nats-io/transport-node';

import type { Names } from '../names.ts';

/** ms that another learner has to say that it is there */
const THERE = 1000;

/** Refuses to be the second learner of a run. */
export async function alone(nats: NatsConnection, names: Names, run: string): Promise<void> {
  const ask = async (): Promise<void> => {
    const isTaken = await nats.request(names.learner, '', { timeout: THERE }).then(
      () => true,
      (error: unknown) => {
        const isSilent = error instanceof errors.RequestError || error instanceof errors.TimeoutError;
        if (!isSilent) throw error;
        return false;
      },
    );
    if (isTaken)
      throw new Error(`run ${run} has a learner; expected another name, or to wait until it has ended`);
  };
  await ask();
  nats.subscribe(names.learner, { callback: (error, message) => void (error ?? message.respond()) });
  // Once more, for one that began at the same moment.
  await ask();
}

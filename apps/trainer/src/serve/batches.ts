import type { Asked } from '@dppo/agent';
import { HTTPException } from 'hono/http-exception';

/** A chunk of actions [Ta · Da], or why there is none. */
export type Answer = Float32Array | string;

/** Answers to observations, in their order. */
export type Compute = (asked: readonly Asked[]) => Promise<readonly Answer[]>;

interface Waiting {
  readonly asked: Asked;
  readonly answer: (answer: Answer) => void;
}

/** Observations that are computed together. */
export interface Batches {
  /**
   * The chunks for observations; they wait for the batch under way, and go into the next one together with what else came.
   *
   * @throws HTTPException where too many wait, or one of the chunks was not to be had
   */
  readonly ask: (asked: readonly Asked[]) => Promise<Float32Array[]>;
  /** How many wait. */
  readonly waiting: () => number;
  /** Resolves when nothing waits and nothing is computed. */
  readonly idle: () => Promise<void>;
}

/** Batches of at most `most` observations, computed one after another; eight times as many may wait. */
export function batches(most: number, compute: Compute): Batches {
  const mostWaiting = 8 * most;
  const queue: Waiting[] = [];
  let running: Promise<void> | undefined;

  async function run(): Promise<void> {
    // What has arrived by now goes together.
    await new Promise(setImmediate);
    while (queue.length > 0) {
      const batch = queue.splice(0, most);
      const answers = await compute(batch.map(({ asked }) => asked));
      batch.forEach(({ answer }, i) => answer(answers[i]));
    }
    running = undefined;
  }

  return {
    ask: async (asked) => {
      if (queue.length + asked.length > mostWaiting)
        throw new HTTPException(503, {
          message: `found ${queue.length} observations that wait, wanted at most ${mostWaiting}: ask again later`,
        });
      const answers = asked.map((one) => new Promise<Answer>((answer) => queue.push({ asked: one, answer })));
      running ??= run();
      return (await Promise.all(answers)).map((answer) => {
        if (typeof answer === 'string') throw new HTTPException(500, { message: answer });
        return answer;
      });
    },
    waiting: () => queue.length,
    idle: async () => running,
  };
}

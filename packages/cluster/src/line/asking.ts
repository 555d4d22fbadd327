import { type Msg, type NatsConnection, errors } from '@nats-io/transport-node';

import type { Names } from '../names.ts';
import { checked } from './checks.ts';
import { frame, unframed } from './frame.ts';
import { type Answered, type Questions, answered } from './messages.ts';

/** ms that an answer may take; the learner answers a claim after half of it */
const ANSWER = 10_000;
/** ms that the learner may take to put shared bytes anew */
const RESTORED = 60_000;
/** ms between two questions while no learner is there */
const PAUSE = 250;

/** Asks the learner until it answers. */
export interface Asking {
  /** The learner's answer to a claim; undefined where the run ended first. */
  claim(version: number): Promise<Msg | undefined>;
  /** Asks anew what is open: whoever was asked, or the way there, is another one now. */
  again(): void;
  /** Says something to which there is no answer; it is lost where there is no server. */
  tell(kind: 'part' | 'leave', what: object): void;
  /** Sends a piece of a part that was told of, without a copy. */
  send(piece: Uint8Array): void;
  /** Its answer to anything else, `no` where the run ended first. */
  ask(kind: Exclude<keyof Questions, 'claim' | 'part' | 'leave'>, what: object): Promise<Answered['answer']>;
}

/** Questions of a worker to the learner of a run, whoever that is by then. */
export function asking(nats: NatsConnection, names: Names, worker: string, over: AbortSignal): Asking {
  const pieces = names.pieces(worker);
  /** What gives up waiting for an answer, for each question that is open. */
  const open = new Set<() => void>();

  function request(kind: string, bytes: Uint8Array): Promise<Msg> {
    const timeout = kind === 'missing' ? RESTORED : ANSWER;
    return new Promise((resolve, reject) => {
      const lose = (): void => reject(new Error('lost'));
      open.add(lose);
      void nats
        .request(names.asked(kind), bytes, { timeout })
        .then(resolve, reject)
        .finally(() => open.delete(lose));
    });
  }

  async function answer(kind: string, what: object): Promise<Msg | undefined> {
    while (!over.aborted) {
      try {
        return await request(kind, frame({ worker, ...what }));
      } catch (error) {
        if (error instanceof errors.RequestError && error.cause instanceof errors.PermissionViolationError)
          throw error;
        if (error instanceof errors.PermissionViolationError) throw error;
        await new Promise((resolve) => setTimeout(resolve, PAUSE));
      }
    }
    return undefined;
  }
  return {
    again: () => {
      for (const lose of open) lose();
    },
    tell: (kind, what) => {
      if (!nats.isClosed()) nats.publish(names.asked(kind), frame({ worker, ...what }));
    },
    send: (piece) => {
      if (!nats.isClosed()) nats.publish(pieces, piece);
    },
    claim: (version) => answer('claim', { version }),
    ask: async (kind, what) => {
      const message = await answer(kind, what);
      return message ? checked('yes, no or again', unframed(message.data).said, answered).answer : 'no';
    },
  };
}

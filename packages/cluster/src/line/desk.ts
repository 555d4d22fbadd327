import type { Msg, NatsConnection } from '@nats-io/transport-node';

import type { Digest } from '../cluster.ts';
import { type Names, VERSION } from '../names.ts';
import { frame, unframed } from './frame.ts';
import type { Joining } from './joining.ts';
import type { Letter } from './letter.ts';
import { type Answered, type Granted, type Questions, type Ticket, questions } from './messages.ts';
import type { Rounds } from './rounds.ts';
import { uploads } from './uploads.ts';

/** ms after which a claim that got nothing is answered all the same */
const IDLE = 5000;
/** ms that a worker has to say that it has its task */
const TAKEN = 5000;

/** What the desk answers from. */
export interface Behind {
  readonly rounds: Rounds;
  readonly joining: Joining;
  /** The task of a ticket. */
  readonly letter: (ticket: Ticket) => Letter | undefined;
  /** Puts shared bytes with the server anew; whether they are known. */
  readonly restore: (name: Digest) => Promise<boolean>;
  /** seconds between the words of a worker that computes */
  readonly beat: number;
}

/** Answers the workers of a run; what it returns gives out what there is to do, and is called whenever that may have changed. */
export function openDesk(nats: NatsConnection, names: Names, behind: Behind): () => void {
  const { rounds, joining, letter, restore, beat } = behind;
  const claims = new Map<string, { readonly message: Msg; readonly since: number }>();
  /** The claim of each worker whose answer was a task. */
  const given = new Map<string, Msg>();
  const incoming = uploads();

  /** Gives a task away; a worker that does not say that it has it is gone. */
  async function give(worker: string, ticket: Ticket, message: Msg): Promise<void> {
    const sent = letter(ticket);
    if (!sent || message.reply === undefined) return;
    const bytes = grant({ kind: 'task', ticket, beat, task: sent.task }, sent.body);
    given.set(worker, message);
    try {
      await nats.request(message.reply, bytes, { timeout: TAKEN });
    } catch {
      // One that has claimed once more since then is there, and has another task.
      if (given.get(worker) === message && !joining.owns(ticket)) rounds.leave(worker);
      assign();
    }
  }

  /** What a worker that claims gets now. */
  function next(worker: string): Ticket | Granted | undefined {
    const verdict = joining.verdict(worker);
    if (typeof verdict === 'string') return { kind: 'refused', reason: verdict };
    return verdict ? rounds.claim(worker, performance.now()) : joining.first(worker);
  }

  function assign(): void {
    for (const [worker, { message, since }] of claims) {
      const found =
        next(worker) ?? (performance.now() - since > IDLE ? ({ kind: 'idle' } as const) : undefined);
      if (!found) continue;
      claims.delete(worker);
      if ('kind' in found) message.respond(grant(found));
      else void give(worker, found, message);
    }
  }

  const desks: Readonly<Record<keyof Questions, (message: Msg) => void>> = {
    claim: question('claim', ({ worker, version }, message) => {
      if (version !== VERSION) {
        const reason = `this worker speaks version ${version} of the messages, the learner version ${VERSION}`;
        return void message.respond(grant({ kind: 'refused', reason }));
      }
      if (joining.verdict(worker) === true) rounds.hear(worker, performance.now());
      incoming.drop(worker);
      given.delete(worker);
      claims.set(worker, { message, since: performance.now() });
      assign();
    }),
    beat: question('beat', ({ worker, ticket }, message) => {
      if (joining.verdict(worker) === true) rounds.hear(worker, performance.now());
      answer(message, joining.owns(ticket) || rounds.wants(ticket) ? 'yes' : 'no');
    }),
    part: question('part', (part) => {
      if (joining.owns(part.ticket) || rounds.wants(part.ticket)) incoming.begin(part);
    }),
    result: question('result', (part, message) => {
      const { worker, ticket } = part;
      const first = joining.owns(ticket);
      if (!first && !rounds.wants(ticket)) return answer(message, 'no');
      const taken = incoming.take(part);
      answer(message, taken === false ? 'again' : 'yes');
      if (typeof taken === 'boolean') return;
      if (first) joining.judge(worker, taken);
      else rounds.take(worker, ticket, taken, performance.now());
    }),
    failed: question('failed', ({ worker, ticket, message: reason }, message) => {
      if (joining.owns(ticket)) joining.refuse(worker, reason);
      else rounds.fail(worker, ticket, reason);
      answer(message, 'yes');
      assign();
    }),
    missing: question('missing', ({ name }, message) => {
      void restore(name).then(
        (isKnown) => answer(message, isKnown ? 'yes' : 'no'),
        () => answer(message, 'no'),
      );
    }),
    leave: question('leave', ({ worker }) => {
      claims.delete(worker);
      rounds.leave(worker);
      assign();
    }),
  };

  for (const [kind, hear] of Object.entries(desks)) {
    nats.subscribe(names.asked(kind), {
      callback: (error, message) => {
        // What cannot be read is no question, and gets no answer.
        try {
          if (!error) hear(message);
        } catch {
          /* a stranger's bytes */
        }
      },
    });
  }
  const before = names.pieces('').length;
  nats.subscribe(names.pieces('>'), {
    callback: (error, { subject, data }) => {
      if (!error) incoming.add(subject.slice(before), data);
    },
  });
  return assign;
}

/** Reads a question of a kind; what does not fit is none, and is not answered. */
function question<Kind extends keyof Questions>(
  kind: Kind,
  hear: (question: Questions[Kind], message: Msg) => void,
): (message: Msg) => void {
  return (message) => {
    const { said } = unframed(message.data);
    if (questions[kind](said)) hear(said, message);
  };
}

function grant(what: Granted, body?: Uint8Array): Uint8Array {
  return frame(what, body);
}

function answer(message: Msg, what: Answered['answer']): void {
  message.respond(frame({ answer: what } satisfies Answered));
}

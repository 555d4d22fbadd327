import type { JetStreamManager } from '@nats-io/jetstream';
import type { Msg, NatsConnection } from '@nats-io/transport-node';

import type { Digest, Task } from '../cluster.ts';
import { VERSION, namesOf } from '../names.ts';
import type { Server } from '../server.ts';
import { type Asking, asking } from './asking.ts';
import { checked } from './checks.ts';
import { connected } from './connected.ts';
import type { Ask } from './conversation.ts';
import { unframed } from './frame.ts';
import { WINDOW } from './in-order.ts';
import { type Grant, type SentTask, type Sized, granted, said } from './messages.ts';
import { sendResult } from './send-result.ts';
import { partsOf, readStored, reader } from './stored.ts';

/** Times that shared bytes are read before the task is given up. */
const TRIES = 4;
/** ms that giving a task back may take */
const LEAVE = 2000;
/** Letters of an error that are sent. */
const LETTERS = 10_000;

/** What the worker's thread is told first. */
export interface WorkerData {
  readonly server: Server;
  /** As the learner knows the worker. */
  readonly worker: string;
}

/** What the worker's thread can be asked. */
export interface WorkerLine {
  readonly open: () => Promise<void>;
  /** Works until the run is over; rejects where the learner refuses this worker, or the server is gone. */
  readonly work: () => Promise<void>;
  /** Shared bytes of the task that is computed. */
  readonly shared: (name: Digest) => Promise<Uint8Array>;
  /** Gives the task back and ends the connection. */
  readonly leave: () => Promise<void>;
}

/** What it asks the worker. */
export interface WorkerSide {
  readonly compute: (task: Task) => Promise<Uint8Array>;
  /** Nobody waits for the result any more. */
  readonly stop: () => void;
  /** Shared bytes that no task names any more. */
  readonly forget: (names: readonly Digest[]) => void;
}

/** The worker's connection: it says that the worker is there whatever the worker's own thread does meanwhile. */
export function workerLine({ server, worker }: WorkerData, ask: Ask<WorkerSide>): WorkerLine {
  const names = namesOf(server.run);
  const over = new AbortController();
  let gone: Error | undefined;
  let nats: NatsConnection;
  let api: JetStreamManager;
  let learner: Asking;
  let current: SentTask | undefined;
  /** What the learner answers to a claim that is out. */
  let claiming: Promise<Msg | undefined> | undefined;

  async function read({ name, bytes }: Sized): Promise<Uint8Array> {
    for (let tries = 0; tries < TRIES; tries++) {
      const found = await readStored(api, names, { name, bytes });
      if (found) return found;
      if ((await learner.ask('missing', { name })) === 'no') {
        throw new Error(`shared bytes ${name} are not to be had any more`);
      }
    }
    throw new Error(`shared bytes ${name} came damaged ${TRIES} times`);
  }

  async function compute({ ticket, beat, task }: Grant, body: Uint8Array): Promise<void> {
    let isWanted = true;
    const stop = (): void => {
      isWanted = false;
      void ask('stop');
    };
    over.signal.addEventListener('abort', stop);
    let beating: NodeJS.Timeout | undefined;
    // The next one only after an answer: where no learner is there, there is one question that waits, not many.
    const beatLater = (): void => {
      beating = setTimeout(() => {
        void learner.ask('beat', { ticket }).then((answer) => {
          if (current !== task) return;
          if (answer === 'no') stop();
          else beatLater();
        }, stop);
      }, beat * 1000);
    };
    current = task;
    beatLater();
    try {
      const data = task.data ? await read(task.data) : new Uint8Array(body);
      const bytes = await ask('compute', {
        kind: task.kind,
        shared: task.shared.map(({ name }) => name),
        data,
      });
      const sending = sendResult(learner, ticket, bytes);
      // Behind all parts on their way, so that the learner has the result before it reads the claim.
      if (partsOf(bytes.length) <= WINDOW) claimNext();
      await sending;
    } catch (error) {
      const message = (error instanceof Error ? error.message : String(error)).slice(0, LETTERS);
      if (isWanted) await learner.ask('failed', { ticket, message });
    } finally {
      current = undefined;
      clearTimeout(beating);
      over.signal.removeEventListener('abort', stop);
    }
  }

  function hear(bytes: Uint8Array): void {
    try {
      const what = checked('a word of the learner', unframed(bytes).said, said);
      if ('here' in what) learner.again();
      else if ('over' in what) over.abort();
      else void ask('forget', what.forget);
    } catch {
      /* a stranger's bytes */
    }
  }

  function claimNext(): void {
    claiming = learner.claim(VERSION);
    // Whoever waits for it hears of it.
    claiming.catch(() => {});
  }

  async function work(): Promise<void> {
    for (;;) {
      if (!claiming) claimNext();
      const message = await claiming;
      claiming = undefined;
      if (!message) return;
      const { said: what, body } = unframed(message.data);
      const grant = checked('an answer to a claim', what, granted);
      if (grant.kind === 'refused') throw new Error(`the learner refuses this worker: ${grant.reason}`);
      if (grant.kind === 'idle') continue;
      message.respond();
      await compute(grant, body);
    }
  }

  return {
    open: async () => {
      const hears = {
        gone: (error: Error) => {
          gone ??= error;
          over.abort();
        },
        back: () => learner.again(),
      };
      ({ nats } = await connected(server, 'worker', hears));
      learner = asking(nats, names, worker, over.signal);
      api = await reader(nats);
      nats.subscribe(names.said, {
        callback: (error, message) => {
          if (!error) hear(message.data);
        },
      });
    },
    work: async () => {
      const ended = new Promise<void>((resolve) => {
        over.signal.addEventListener('abort', () => resolve(), { once: true });
      });
      await Promise.race([work(), ended]);
      if (gone) throw gone;
    },
    shared: (name) => {
      const sized = current?.shared.find((each) => each.name === name);
      if (!sized) throw new RangeError(`shared bytes ${name}, expected what the task names`);
      return read(sized);
    },
    leave: async () => {
      if (nats.isClosed()) return;
      learner.tell('leave', {});
      await Promise.race([
        nats.flush().catch(() => {}),
        new Promise((resolve) => setTimeout(resolve, LEAVE)),
      ]);
      await nats.close();
    },
  };
}

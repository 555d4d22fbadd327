import { crc32 } from 'node:zlib';
import type { JetStreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';

import type { Digest, Task } from '../cluster.ts';
import { PART, VERSION, namesOf } from '../names.ts';
import type { Server } from '../server.ts';
import { type Asking, asking } from './asking.ts';
import { connected } from './connected.ts';
import type { Ask } from './conversation.ts';
import { frame, unframed } from './frame.ts';
import { inOrder } from './in-order.ts';
import { type Grant, type SentTask, type Sized, type Ticket, granted, said } from './messages.ts';
import { partsOf, readStored, reader } from './stored.ts';

/** Times that shared bytes are read, or a part of a result is sent, before the task is given up. */
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

  async function send(ticket: Ticket, bytes: Uint8Array): Promise<void> {
    let isWanted = true;
    await inOrder(partsOf(bytes.length), async (part) => {
      const offset = part * PART;
      const body = bytes.subarray(offset, offset + PART);
      for (let tries = 0; isWanted; tries++) {
        const what = { ticket, total: bytes.length, offset, crc: crc32(body) };
        const answer = await learner.ask('result', what, body);
        if (answer === 'no') isWanted = false;
        if (answer !== 'again') return;
        if (tries === TRIES) throw new Error(`a result of ${bytes.length} bytes was not taken`);
      }
    });
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
      await send(
        ticket,
        await ask('compute', { kind: task.kind, shared: task.shared.map(({ name }) => name), data }),
      );
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
      const what = said.parse(unframed(bytes).said);
      if ('over' in what) over.abort();
      else void ask('forget', what.forget);
    } catch {
      /* a stranger's bytes */
    }
  }

  async function work(): Promise<void> {
    for (;;) {
      const message = await learner.claim(VERSION);
      if (!message) return;
      const { said: what, body } = unframed(message.data);
      const grant = granted.parse(what);
      if (grant.kind === 'refused') throw new Error(`the learner refuses this worker: ${grant.reason}`);
      if (grant.kind === 'idle') continue;
      message.respond();
      await compute(grant, body);
    }
  }

  return {
    open: async () => {
      ({ nats } = await connected(server, 'worker', (error) => {
        gone ??= error;
        over.abort();
      }));
      api = await reader(nats);
      learner = asking(nats, names, worker, over.signal);
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
      nats.publish(names.asked('leave'), frame({ worker }));
      await Promise.race([
        nats.flush().catch(() => {}),
        new Promise((resolve) => setTimeout(resolve, LEAVE)),
      ]);
      await nats.close();
    },
  };
}

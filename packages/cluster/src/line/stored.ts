import {
  DiscardPolicy,
  JetStreamApiCodes,
  JetStreamApiError,
  type JetStreamManager,
  RetentionPolicy,
  StorageType,
  jetstream,
  jetstreamManager,
} from '@nats-io/jetstream';
import { type NatsConnection, errors, nanos } from '@nats-io/transport-node';

import type { Digest } from '../cluster.ts';
import { digestOf } from '../digest-of.ts';
import { type Names, PART } from '../names.ts';
import type { Server } from '../server.ts';
import { inOrder } from './in-order.ts';
import type { Sized } from './messages.ts';

/** How long the server keeps what nobody came for, in ms; the learner puts anew what is still wanted. */
const AGE = 3_600_000;
/** ms that one message to the server's store, or from it, may take */
const ANSWER = 10_000;
/** The server's code for a full disk, or more than it may keep. */
const FULL = 10_023;
/** ms between two tries */
const PAUSE = 250;

/** Shared bytes with the server, as the learner sees them. */
export interface Stored {
  /** Puts bytes, also where the server has lost its store. */
  put(name: Digest, bytes: Uint8Array): Promise<void>;
  /** Takes bytes away. */
  remove(name: Digest): Promise<void>;
  /** Takes everything away, and the stream. */
  end(): Promise<void>;
}

/** The empty store of a run. Rejects where the server has no JetStream, or this one has no leave to use it. */
export async function emptyStored(
  nats: NatsConnection,
  names: Names,
  { url, timeout }: Server,
): Promise<Stored> {
  const api = await jetstreamManager(nats, { checkAPI: false, timeout: ANSWER });
  const js = jetstream(nats, { timeout: ANSWER });
  const make = (): Promise<unknown> =>
    api.streams.add({
      name: names.stream,
      subjects: [names.allShared],
      retention: RetentionPolicy.Limits,
      storage: StorageType.File,
      discard: DiscardPolicy.New,
      max_msgs_per_subject: 1,
      max_age: nanos(AGE),
      allow_direct: true,
    });

  /** Tries until the server has its store again. */
  async function insist(work: () => Promise<unknown>): Promise<void> {
    const until = performance.now() + timeout * 1000;
    for (;;) {
      try {
        await work();
        return;
      } catch (error) {
        if (!passes(error))
          throw new Error(`natsCluster: ${url} refuses shared bytes: ${said(error)}`, { cause: error });
        if (performance.now() > until) {
          throw new Error(`natsCluster: ${url} has not taken shared bytes for ${timeout} s: ${said(error)}`, {
            cause: error,
          });
        }
        await new Promise((resolve) => setTimeout(resolve, PAUSE));
        await make().catch(() => {});
      }
    }
  }

  await make().catch((error: unknown) => {
    const advice = isAbsent(error)
      ? 'has no JetStream; expected nats-server -js'
      : `refuses a stream: ${said(error)}`;
    throw new Error(`${url} ${advice}`, { cause: error });
  });
  await api.streams.purge(names.stream);
  return {
    put: (name, bytes) =>
      inOrder(partsOf(bytes.length), (part) =>
        insist(() => js.publish(names.shared(name, part), bytes.subarray(part * PART, (part + 1) * PART))),
      ),
    remove: async (name) => {
      await api.streams.purge(names.stream, { filter: names.shared(name, '>') }).catch(() => {});
    },
    end: async () => {
      await api.streams.delete(names.stream).catch(() => {});
    },
  };
}

/** What a worker reads shared bytes with. */
export function reader(nats: NatsConnection): Promise<JetStreamManager> {
  return jetstreamManager(nats, { checkAPI: false, timeout: ANSWER });
}

/** Reads shared bytes, part by part, each with a deadline; undefined where the server has not all of them, or others. */
export async function readStored(
  api: JetStreamManager,
  names: Names,
  { name, bytes: total }: Sized,
): Promise<Uint8Array | undefined> {
  const bytes = new Uint8Array(total);
  try {
    await inOrder(partsOf(total), async (part) => {
      const found = await api.direct.getMessage(names.stream, { last_by_subj: names.shared(name, part) });
      if (!found || part * PART + found.data.length > total) throw new RangeError(`part ${part} is missing`);
      bytes.set(found.data, part * PART);
    });
  } catch (error) {
    if (error instanceof errors.ClosedConnectionError || error instanceof errors.PermissionViolationError)
      throw error;
    return undefined;
  }
  return digestOf(bytes) === name ? bytes : undefined;
}

/** How many messages carry so many bytes. */
export function partsOf(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / PART));
}

/** Whether it may go well once more: the server starts, or has lost its store. */
function passes(error: unknown): boolean {
  return (
    isAbsent(error) ||
    (error instanceof JetStreamApiError && error.code === JetStreamApiCodes.StreamNotFound) ||
    error instanceof errors.TimeoutError
  );
}

function isAbsent(error: unknown): boolean {
  return (
    (error instanceof Error && error.name === 'JetStreamNotEnabled') ||
    error instanceof errors.NoRespondersError ||
    (error instanceof errors.RequestError && error.isNoResponders()) ||
    (error instanceof JetStreamApiError && error.status === 503 && error.code !== FULL)
  );
}

function said(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

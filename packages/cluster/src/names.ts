import type { Digest } from './cluster.ts';

/** What the messages between learner and workers have to agree in. */
export const VERSION = 3;

/** Bytes of a message of shared bytes, and of a part of a result, which is acknowledged; a server takes 1 MiB unless it is told otherwise. */
export const PART: number = 512 * 1024;

/** Bytes of a message with a piece of such a part: so short that a client mostly reads it in one go, and copies it once. */
export const PIECE: number = 16 * 1024;

/** What the two sides of a run are called. */
export type Role = 'learner' | 'worker';

/** Subjects, stream and inboxes of a run. */
export interface Names {
  /** The stream of shared bytes, of one hour. */
  readonly stream: string;
  /** All parts of all shared bytes. */
  readonly allShared: string;
  /** Where a part of shared bytes is. */
  readonly shared: (name: Digest, part: number | '>') => string;
  /** Where workers ask the learner. */
  readonly asked: (kind: string) => string;
  /** Where pieces of a worker's results come; `>` is all workers. */
  readonly pieces: (worker: string) => string;
  /** Where the learner of a run answers that it is there. */
  readonly learner: string;
  /** What the learner says to all workers. */
  readonly said: string;
  /** Where answers for one of a role come. */
  readonly inbox: (role: Role) => string;
}

/** The names of a run; throws a RangeError where `run` is more than letters, digits, - and _, or longer than 64. */
export function namesOf(run: string): Names {
  if (!/^[\w-]{1,64}$/.test(run)) {
    throw new RangeError(`run ${JSON.stringify(run)}, expected 1 to 64 letters, digits, - and _`);
  }
  return {
    stream: `dppo-${run}`,
    allShared: `dppo.${run}.shared.>`,
    shared: (name, part) => `dppo.${run}.shared.${name}.${part}`,
    asked: (kind) => `dppo.${run}.worker.${kind}`,
    pieces: (worker) => `dppo.${run}.piece.${worker}`,
    learner: `dppo.${run}.learner`,
    said: `dppo.${run}.say`,
    inbox: (role) => `_DPPO.${run}.${role}`,
  };
}

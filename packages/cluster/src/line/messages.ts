import { z } from 'zod';

/** A task of a round that somebody holds. */
export interface Ticket {
  readonly round: string;
  readonly index: number;
}

/** Shared bytes, and how many. */
export interface Sized {
  readonly name: string;
  readonly bytes: number;
}

/** What a worker says of itself in each question. */
interface From {
  readonly worker: string;
}

/** Asks to be given a task; the worker holds none now. */
interface Claim extends From {
  readonly version: number;
}

/** Asks whether what it computes is waited for. */
interface Beat extends From {
  readonly ticket: Ticket;
}

/** Brings a piece of a result, which is the body of the message; there is no answer. */
export interface Piece extends Beat {
  /** bytes of the result */
  readonly total: number;
  /** bytes before this piece, or part */
  readonly offset: number;
}

/** Asks whether the pieces of a part of a result have come, all and undamaged. */
export interface ResultPart extends Piece {
  readonly crc: number;
}

/** Says that the task threw. */
interface Failed extends Beat {
  readonly message: string;
}

/** Asks for shared bytes that are not with the server, or damaged there. */
interface Missing extends From {
  readonly name: string;
}

/** The questions of workers, by kind. */
export interface Questions {
  readonly claim: Claim;
  readonly beat: Beat;
  readonly piece: Piece;
  readonly result: ResultPart;
  readonly failed: Failed;
  readonly missing: Missing;
  /** The worker's task is for another. */
  readonly leave: From;
}

/** A task as it is sent; its data is the body of the message, or shared bytes where it is long. */
export interface SentTask {
  readonly kind: string;
  readonly shared: Sized[];
  readonly data: Sized | null;
}

/** A task for a worker. */
export interface Grant {
  readonly kind: 'task';
  readonly ticket: Ticket;
  /** seconds between beats */
  readonly beat: number;
  readonly task: SentTask;
}

/** What the learner answers to a claim. */
export type Granted =
  | Grant
  | { readonly kind: 'idle' }
  | { readonly kind: 'refused'; readonly reason: string };

/** What the learner answers to everything else. */
export interface Answered {
  /** `no`: it is not waited for, or not known; `again`: it came damaged. */
  readonly answer: 'yes' | 'no' | 'again';
}

const worker = z.string().regex(/^[\w.-]{1,200}$/);
const name = z.string().regex(/^[\da-f]{64}$/);
const count = z.int().min(0);
const sized = z.strictObject({ name, bytes: count });
const ticket = z.strictObject({ round: z.string().max(64), index: count });
const kind = z.string();

/** Questions of workers as they are read. */
export const questions: { readonly [Kind in keyof Questions]: z.ZodType<Questions[Kind]> } = {
  claim: z.strictObject({ worker, version: z.number() }),
  beat: z.strictObject({ worker, ticket }),
  piece: z.strictObject({ worker, ticket, total: count, offset: count }),
  result: z.strictObject({ worker, ticket, total: count, offset: count, crc: count }),
  failed: z.strictObject({ worker, ticket, message: z.string() }),
  missing: z.strictObject({ worker, name }),
  leave: z.strictObject({ worker }),
};

/** An answer to a claim as it is read. */
export const granted: z.ZodType<Granted> = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('task'),
    ticket,
    beat: z.number().positive(),
    task: z.strictObject({ kind, shared: z.array(sized), data: sized.nullable() }),
  }),
  z.strictObject({ kind: z.literal('idle') }),
  z.strictObject({ kind: z.literal('refused'), reason: z.string() }),
]);

/** Any other answer as it is read. */
export const answered: z.ZodType<Answered> = z.strictObject({ answer: z.enum(['yes', 'no', 'again']) });

/** What the learner says to all workers: that it is there, that the run is over, or that no task names some shared bytes any more. */
export type Said = { readonly here: true } | { readonly over: true } | { readonly forget: string[] };

/** What the learner says as it is read. */
export const said: z.ZodType<Said> = z.union([
  z.strictObject({ here: z.literal(true) }),
  z.strictObject({ over: z.literal(true) }),
  z.strictObject({ forget: z.array(name) }),
]);

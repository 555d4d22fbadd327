import { z } from 'zod';

const worker = z.string().regex(/^[\w.-]{1,200}$/);
const name = z.string().regex(/^[\da-f]{64}$/);
const count = z.int().min(0);
const sized = z.strictObject({ name, bytes: count });
const ticket = z.strictObject({ round: z.string().max(64), index: count });

/** A task of a round that somebody holds. */
export type Ticket = z.infer<typeof ticket>;
/** Shared bytes, and how many. */
export type Sized = z.infer<typeof sized>;

/** What workers ask, by kind. */
export const asked = {
  /** To be given a task; it holds none now. */
  claim: z.strictObject({ worker, version: z.number() }),
  /** Whether what it computes is waited for. */
  beat: z.strictObject({ worker, ticket }),
  /** To take a part of a result, which is the body of the message. */
  result: z.strictObject({ worker, ticket, total: count, offset: count, crc: count }),
  /** To take note that the task threw. */
  failed: z.strictObject({ worker, ticket, message: z.string() }),
  /** For shared bytes that are not with the server, or damaged there. */
  missing: z.strictObject({ worker, name }),
  /** To give its task to another. */
  leave: z.strictObject({ worker }),
};

/** A question of a worker. */
export type Asked<Kind extends keyof typeof asked> = z.infer<(typeof asked)[Kind]>;

/** What the learner answers to a claim; the data of the task is the body of the message, or shared bytes where it is long. */
export const granted = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('task'),
    ticket,
    /** seconds between beats */
    beat: z.number().positive(),
    task: z.strictObject({ kind: z.string(), shared: z.array(sized), data: sized.nullable() }),
  }),
  z.strictObject({ kind: z.literal('idle') }),
  z.strictObject({ kind: z.literal('refused'), reason: z.string() }),
]);

/** An answer to a claim. */
export type Granted = z.infer<typeof granted>;

/** What the learner answers to everything else. */
export const answered = z.strictObject({
  /** `no`: it is not waited for, or not known; `again`: it came damaged. */
  answer: z.enum(['yes', 'no', 'again']),
});

/** An answer to what is no claim. */
export type Answered = z.infer<typeof answered>;

/** What the learner says to all workers. */
export const said = z.strictObject({ over: z.literal(true) });

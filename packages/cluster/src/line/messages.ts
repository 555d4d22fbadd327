import { type Check, count, either, listOf, members, oneOf, positive, text } from './checks.ts';

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

/** Says that the worker's next pieces are those of a part of a result; there is no answer. */
export interface Part extends Beat {
  /** bytes of the result */
  readonly total: number;
  /** bytes before this part */
  readonly offset: number;
}

/** Asks whether the pieces of a part have come, all and undamaged. */
export interface ResultPart extends Part {
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
  readonly part: Part;
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

const worker = text(/^[\w.-]{1,200}$/);
const name = text(/^[\da-f]{64}$/);
const sized = members<Sized>({ name, bytes: count });
const ticket = members<Ticket>({ round: text(/^.{0,64}$/s), index: count });

/** Questions of workers as they are read. */
export const questions: { readonly [Kind in keyof Questions]: Check<Questions[Kind]> } = {
  claim: members<Claim>({ worker, version: count }),
  beat: members<Beat>({ worker, ticket }),
  part: members<Part>({ worker, ticket, total: count, offset: count }),
  result: members<ResultPart>({ worker, ticket, total: count, offset: count, crc: count }),
  failed: members<Failed>({ worker, ticket, message: text() }),
  missing: members<Missing>({ worker, name }),
  leave: members<From>({ worker }),
};

/** An answer to a claim as it is read. */
export const granted: Check<Granted> = either<Granted>(
  members<Grant>({
    kind: oneOf('task'),
    ticket,
    beat: positive,
    task: members<SentTask>({
      kind: text(),
      shared: listOf(sized),
      data: either<Sized | null>(sized, oneOf(null)),
    }),
  }),
  members<Extract<Granted, { kind: 'idle' }>>({ kind: oneOf('idle') }),
  members<Extract<Granted, { kind: 'refused' }>>({ kind: oneOf('refused'), reason: text() }),
);

/** Any other answer as it is read. */
export const answered: Check<Answered> = members<Answered>({ answer: oneOf('yes', 'no', 'again') });

/** What the learner says to all workers: that it is there, that the run is over, or that no task names some shared bytes any more. */
export type Said = { readonly here: true } | { readonly over: true } | { readonly forget: string[] };

/** What the learner says as it is read. */
export const said: Check<Said> = either<Said>(
  members<{ here: true }>({ here: oneOf(true) }),
  members<{ over: true }>({ over: oneOf(true) }),
  members<{ forget: string[] }>({ forget: listOf(name) }),
);

import type { Ticket } from './messages.ts';

/** Who may have tasks: all, or those whose result of a first task is accepted. */
export interface Joining {
  /** Whether a worker may have tasks; a text says why not, undefined that it is not known yet. */
  verdict(worker: string): true | string | undefined;
  /** The ticket of the first task for a worker that has to compute it; undefined where it has done so. */
  first(worker: string): Ticket | undefined;
  /** Whether a ticket is one of a first task. */
  owns(ticket: Ticket): boolean;
  /** Has the result of the first task judged. */
  judge(worker: string, bytes: Uint8Array): void;
  /** Refuses a worker. */
  refuse(worker: string, reason: string): void;
}

const JOIN = 'join';

/** Has `admit` judge each worker by the result of a first task; everyone may have tasks where there is none. */
export function joining(
  admit: ((worker: string, bytes: Uint8Array) => Promise<string | undefined>) | undefined,
): Joining {
  const verdicts = new Map<string, true | string>();
  const judged = new Set<string>();
  const refuse = (worker: string, reason: string): void => void verdicts.set(worker, reason);
  return {
    verdict: (worker) => (admit ? verdicts.get(worker) : true),
    first: (worker) => (!admit || judged.has(worker) ? undefined : { round: JOIN, index: 0 }),
    owns: ({ round }) => round === JOIN,
    judge: (worker, bytes) => {
      if (judged.has(worker)) return;
      judged.add(worker);
      void admit?.(worker, bytes).then(
        (reason) => verdicts.set(worker, reason ?? true),
        (error: unknown) => refuse(worker, String(error)),
      );
    },
    refuse: (worker, reason) => {
      judged.add(worker);
      refuse(worker, reason);
    },
  };
}

/** What is done to a run. */
const kinds = [
  'worker killed',
  'worker stopped and continued',
  'server killed',
  'server killed, its store deleted',
  'learner killed and begun again',
] as const;

/** When what is done to a run, and for how long. */
export interface Fault {
  readonly kind: (typeof kinds)[number];
  /** After so many seconds of work. */
  readonly after: number;
  /** seconds until what was killed or stopped is there again */
  readonly away: number;
  /** Which of the workers. */
  readonly worker: number;
}

/** What is drawn of. */
export interface Drawn {
  readonly points: number;
  readonly workers: number;
  /** seconds that a run takes with no fault */
  readonly lasts: number;
}

/** Faults that follow from a seed: each kind equally often, at times from a run's first second of work to its last, in an order that is drawn. */
export function drawn(seed: number, { points, workers, lasts }: Drawn): Fault[] {
  const random = uniform(seed);
  const faults = Array.from({ length: points }, (_, i) => ({
    order: random(),
    kind: kinds[i % kinds.length],
    after: lasts * random(),
    away: 4 * random() ** 2,
    worker: Math.floor(workers * random()),
  }));
  return faults.toSorted((a, b) => a.order - b.order);
}

/** Numbers from 0 to 1: Mulberry32. */
function uniform(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

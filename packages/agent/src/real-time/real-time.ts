import { wallClock } from './clock.ts';
import { type Chunk, deadline, follow, isTimeToPlan, type Pace, planned, rest } from './course.ts';
import { historyOf } from './history.ts';
import type { RealTimeMetrics } from './metrics.ts';
import { hold } from './on-miss.ts';
import { expectedDelay, type RealTimeOptions } from './options.ts';
import { newest } from './overlap.ts';
import { type Arrived, type Planner, planning } from './planning.ts';
import { recent } from './recent.ts';

/** A policy as the controller of a robot. */
export interface Controller {
  /** Ticks a second. */
  readonly controlHz: number;
  /**
   * The action of a tick [Da] for what is observed at it, `obs` [Do], both in the robot's units; undefined at the start of an episode
   * while the first chunk is planned. Waits for nothing.
   *
   * @param tick - its number: one more than the last by default, or a later one where ticks were left out
   * @throws RangeError where the observation has another length or is not finite, or the tick is no later one; what planning threw, again
   * at each tick until `reset`
   */
  tick(obs: ArrayLike<number>, tick?: number): Float32Array | undefined;
  /** Begins an episode at tick 0: forgets observations, chunks and errors, and discards the chunk that is being planned. */
  reset(): void;
  /** What it has done so far. */
  metrics(): RealTimeMetrics;
}

/**
 * A policy as a robot's controller with a receding horizon: it keeps the last To observations, gives one action a tick, and has the
 * next chunk planned while the one before is executed.
 *
 * Action i of a chunk that was planned from the observation of tick t is for tick t + i. A chunk that arrives d ticks after its
 * observation begins with its action d, and gives s = max(`actSteps`, d̂) of them, d̂ a quantile of the delays so far; the next one is
 * asked for d̂ ticks before they end. So each chunk is executed from its action d to d + s, which needs d + s ≤ Ta. Before the first chunk
 * of an episode nothing is executed, and it begins with its first action.
 *
 * At most one chunk is planned at a time, and at most Ta are kept. A planner that returns a chunk, and no promise of one, is executed
 * at once, with d = 0, and holds up the tick for as long as it takes.
 *
 * @throws RangeError for an option out of range, or where Ta is shorter than `latency` and what is executed of a chunk
 * @see https://arxiv.org/abs/2303.04137 section 3 of receding horizons, https://arxiv.org/abs/2506.07339 algorithm 1 of delays
 */
export function realTime(planner: Planner, options: RealTimeOptions): Controller {
  const { controlHz, actSteps, overlap = newest, onMiss = hold } = options;
  const { latency = 0, latencyQuantile = 0.95, clock = wallClock } = options;
  const { obsDim, condSteps, horizonSteps, actionDim } = planner;
  const expected = expectedDelay(planner, { controlHz, actSteps, latency, latencyQuantile });
  const counts = { ticks: 0, waits: 0, misses: 0, skipped: 0, plans: 0, stale: 0 };
  const [delays, jitters] = [recent(100), recent(1000)];
  const [plans, history] = [planning(planner, clock), historyOf(condSteps)];
  let first = expected;
  let before = { tick: -1, time: NaN };
  let chunks: readonly Chunk[] = [];
  let last: Float32Array | undefined;
  let inRow = 0;

  const delay = (): number => {
    const measured = delays.quantile(latencyQuantile);
    return Number.isNaN(measured) ? first : measured;
  };

  const pace = (): Pace => ({ horizonSteps, actSteps, delay: delay() });

  const count = (tick: number): void => {
    const time = clock.now();
    const passed = tick - before.tick;
    if (before.tick >= 0) {
      jitters.add(Math.abs(time - before.time - passed / controlHz));
      counts.skipped += passed - 1;
    }
    counts.ticks++;
    before = { tick, time };
  };

  /** Lets a chunk be executed from this tick on. */
  const admit = ({ asked, actions }: Arrived, now: number): void => {
    // The first of an episode may take longer than all others; nothing was executed until then.
    if (last) delays.add(now - asked);
    else first = now - asked;
    const start = last ? asked : now;
    const isStale = start + horizonSteps <= now;
    counts[isStale ? 'stale' : 'plans']++;
    if (!isStale) chunks = [...chunks, { start, from: now, actions }];
  };

  const ask = (now: number): void => {
    const current = chunks.at(-1);
    const actions = current ? rest(current, now) : [];
    plans.ask(now, history.rows(), overlap.pull?.({ actions, delay: delay(), horizonSteps, actionDim }));
    const atOnce = plans.arrived();
    if (atOnce) admit(atOnce, now);
  };

  /** The action of a tick for which no chunk is there in time. */
  const missing = (left: readonly Float32Array[]): Float32Array | undefined => {
    if (!last) {
      counts.waits++;
      return undefined;
    }
    counts.misses++;
    inRow++;
    const action = onMiss({ last, planned: left.length > 0 ? overlap.blend(left) : undefined, inRow });
    checkNumbers('onMiss gave', action, actionDim);
    return Float32Array.from(action);
  };

  const act = (now: number): Float32Array | undefined => {
    const current = chunks.at(-1);
    const all = planned(chunks, now);
    if (!current || now >= deadline(current, pace())) return missing(all);
    inRow = 0;
    return overlap.blend(all);
  };

  return {
    controlHz,
    tick: (obs, tick = before.tick + 1) => {
      checkNumbers('observation is', obs, obsDim);
      if (!(Number.isInteger(tick) && tick > before.tick)) {
        throw new RangeError(`realTime: tick is ${tick}, wanted a whole number above ${before.tick}`);
      }
      const arrived = plans.arrived();
      count(tick);
      history.push(Float32Array.from(obs));
      if (arrived) admit(arrived, tick);
      chunks = follow(chunks, tick);
      if (!plans.isBusy() && isTimeToPlan(chunks, tick, pace())) ask(tick);
      const action = act(tick);
      last = action;
      return action?.slice();
    },
    reset: () => {
      plans.forget();
      history.forget();
      chunks = [];
      last = undefined;
      inRow = 0;
      before = { tick: -1, time: NaN };
    },
    metrics: () => ({
      ...counts,
      discarded: plans.discarded(),
      delay: delay(),
      latency: plans.latencies.spread(),
      jitter: jitters.spread(),
    }),
  };
}

function checkNumbers(what: string, values: ArrayLike<number>, wanted: number): void {
  if (values.length !== wanted || !Array.from(values).every(Number.isFinite)) {
    throw new RangeError(
      `realTime: ${what} [${Array.from(values).join(', ')}], wanted ${wanted} finite numbers`,
    );
  }
}

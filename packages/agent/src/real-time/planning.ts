import type { PolicySizes } from '../rollout/deploy.ts';
import type { Pull } from '../rollout/pull.ts';
import type { Clock } from './clock.ts';
import { recent, type Recent } from './recent.ts';

/** A policy that acts for one robot: a deployed one, or one in another thread or process, whose chunks take their time. */
export interface Planner extends PolicySizes {
  /** The chunk [Ta · Da] for the latest To observations, `obs` [To · Do], as `act` of `Deployed` gives it, or a promise of it. */
  act(obs: Float32Array, pull?: Pull): ArrayLike<number> | Promise<ArrayLike<number>>;
}

/** A chunk that has been planned. */
export interface Arrived {
  /** The tick at which it was asked for. */
  readonly asked: number;
  /** [Ta, Da] */
  readonly actions: readonly Float32Array[];
}

/** Planning, one chunk at a time. */
export interface Planning {
  /** Whether a chunk is on its way, be it for an episode that is over. */
  isBusy(): boolean;
  /** Asks for a chunk at a tick; only where it is not busy. */
  ask(tick: number, obs: Float32Array, pull: Pull | undefined): void;
  /** Hands over the chunk that has arrived, if any; throws what planning threw, again and again until `forget`. */
  arrived(): Arrived | undefined;
  /** Discards what has arrived, what failed, and what is on its way. */
  forget(): void;
  /** Chunks that came, or failed, after they were forgotten. */
  discarded(): number;
  /** Seconds that chunks took. */
  readonly latencies: Recent;
}

/** Asks a planner for chunks and waits for none of them. */
export function planning(planner: Planner, clock: Pick<Clock, 'now'>): Planning {
  const latencies = recent(1000);
  let wanted: object | undefined;
  let isBusy = false;
  let result: Arrived | undefined;
  let failure: { readonly error: unknown } | undefined;
  let discarded = 0;

  return {
    isBusy: () => isBusy,
    ask: (tick, obs, pull) => {
      const own = {};
      const asked = clock.now();
      const settle = (keep: () => void): void => {
        isBusy = false;
        latencies.add(clock.now() - asked);
        if (wanted === own) keep();
        else discarded++;
      };
      const take = (chunk: ArrayLike<number>): void => {
        const actions = actionsOf(chunk, planner);
        settle(() => (result = { asked: tick, actions }));
      };
      const fail = (error: unknown): void => settle(() => (failure = { error }));
      wanted = own;
      isBusy = true;
      try {
        const made = planner.act(obs, pull);
        if (isChunk(made)) take(made);
        else void made.then(take).catch(fail);
      } catch (error) {
        fail(error);
      }
    },
    arrived: () => {
      if (failure) throw failure.error;
      const chunk = result;
      result = undefined;
      return chunk;
    },
    forget: () => {
      wanted = undefined;
      result = undefined;
      failure = undefined;
    },
    discarded: () => discarded,
    latencies,
  };
}

function isChunk(made: ArrayLike<number> | Promise<ArrayLike<number>>): made is ArrayLike<number> {
  return 'length' in made;
}

/** The actions of a chunk [Ta, Da], copied; throws unless they are as many as they should be, and finite. */
function actionsOf(
  chunk: ArrayLike<number>,
  { horizonSteps, actionDim }: Pick<Planner, 'horizonSteps' | 'actionDim'>,
): readonly Float32Array[] {
  if (chunk.length !== horizonSteps * actionDim) {
    throw new RangeError(
      `realTime: the planner gave ${chunk.length} numbers, wanted a chunk of ${horizonSteps} actions of ${actionDim}`,
    );
  }
  const numbers = Float32Array.from(chunk);
  const broken = numbers.findIndex((value) => !Number.isFinite(value));
  if (broken >= 0) {
    throw new Error(
      `realTime: action ${Math.floor(broken / actionDim)} of a chunk is ${numbers[broken]} in dimension ${broken % actionDim}, wanted finite numbers`,
    );
  }
  return Array.from({ length: horizonSteps }, (_, i) => numbers.slice(i * actionDim, (i + 1) * actionDim));
}

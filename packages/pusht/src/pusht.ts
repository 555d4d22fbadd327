import {
  checkState,
  type Drawable,
  type Drawing,
  type Env,
  type EnvState,
  pcg64,
  pcg64From,
  type Step,
} from '@dppo/env';

import { coverage } from './coverage.ts';
import { drawing } from './draw.ts';
import { follow } from './follow.ts';
import { poseOf } from './motion.ts';
import { drawnStart, type Start } from './start.ts';
import { corners } from './tee.ts';
import { type World, world } from './world.ts';

/** What `pusht` shows. */
export interface PushtOptions {
  /**
   * `state`: where disc and block are [5]; `keypoints`: the eight corners of the block's rectangles and the disc [18], gym-pusht's
   * `environment_state_agent_pos` in one array
   */
  readonly observation?: 'state' | 'keypoints';
  /** where every episode begins, at rest; absent: drawn anew for each */
  readonly start?: Start;
}

/** Part of the goal that has to be covered. */
export const enough = 0.95;

/** Numbers of a generator's words. */
const words = 10;

const observations: Record<
  NonNullable<PushtOptions['observation']>,
  { readonly size: number; readonly of: (scene: World) => ArrayLike<number> }
> = {
  state: {
    size: 5,
    of: ({ agent, block }) => {
      const { x, y, angle } = poseOf(block);
      return [agent.x, agent.y, x, y, wrapped(angle)];
    },
  },
  keypoints: { size: 18, of: ({ agent, block }) => [...corners(poseOf(block)), agent.x, agent.y] },
};

/**
 * PushT as gym-pusht 0.1.8 has it: a disc that follows the action pushes a T onto its goal at (256, 256, π/4).
 *
 * obs [5]: disc x, y, block x, y in px, y downwards, and its angle in [0, 2π), or [18], as `observation` says; action [2]: where the disc
 * is pulled to, px in [0, 512]. Reward: min(coverage/0.95, 1), coverage being the part of the goal that the block covers; it ends, as
 * a success, above 0.95. `progress` of a step is the coverage. It is not cut: use `timeLimit` (usual: 300 steps). What `save` gives are the
 * generator before the episode and the actions since [10 + 2T], which `restore` takes again.
 *
 * @throws RangeError for another `observation`, an action of another length or out of [0, 512]; an Error from a step past the end
 * @see C. Chi et al., Diffusion Policy, arXiv 2303.04137; https://github.com/huggingface/gym-pusht
 */
export function pusht({ observation = 'state', start }: PushtOptions = {}): Env & Drawable {
  const observed = observations[observation];
  if (observed === undefined) {
    throw new RangeError(
      `pusht: observation is ${observation}, wanted ${Object.keys(observations).join(' or ')}`,
    );
  }
  let generator = pcg64(0);
  /** The generator's words before it drew the episode. */
  let before: readonly number[];
  /** The episode's actions so far [T, 2]. */
  let actions: number[];
  let scene: World;
  let ended: boolean;

  function begin(): void {
    before = generator.words();
    actions = [];
    scene = start === undefined ? drawnStart(generator) : world(start.x, start.y, start.block);
    ended = false;
  }

  begin();
  return {
    obsShape: [observed.size],
    actionShape: [2],

    reset(seed?: number): Float32Array {
      if (seed !== undefined) generator = pcg64(seed);
      begin();
      return Float32Array.from(observed.of(scene));
    },

    step(action: Float32Array): Step {
      if (action.length !== 2 || !areInField(action)) {
        throw new RangeError(`pusht: action is [${action.join(', ')}], wanted 2 numbers in [0, 512]`);
      }
      if (ended) throw new Error('pusht: a step past the end of the episode, wanted a reset before it');
      const [x, y] = action;
      follow(scene, x, y);
      actions.push(x, y);
      const progress = coverage(poseOf(scene.block));
      ended = progress > enough;
      return {
        obs: Float32Array.from(observed.of(scene)),
        reward: Math.min(progress / enough, 1),
        terminated: ended,
        truncated: false,
        success: ended,
        progress,
      };
    },

    save: (): EnvState => Float64Array.of(...before, ...actions),

    /** Plays the episode again up to where it was: how shapes lie in the engine's trees follows from all that happened. */
    restore(state: EnvState): void {
      checkState('pusht', state, Math.max(words, state.length - (state.length % 2)));
      const taken = state.slice(words);
      if (!areInField(taken))
        throw new RangeError('pusht: state has actions in it that are none in [0, 512]');
      generator = pcg64From(state);
      begin();
      for (let t = 0; t < taken.length; t += 2) follow(scene, taken[t], taken[t + 1]);
      actions = Array.from(taken);
      ended = taken.length > 0 && coverage(poseOf(scene.block)) > enough;
    },

    /** The field from above, in px with y upwards. */
    draw: (): Drawing => drawing(poseOf(scene.block), [scene.agent.x, scene.agent.y]),
  };
}

function areInField(coordinates: Float32Array | Float64Array): boolean {
  return coordinates.every((value) => value >= 0 && value <= 512);
}

/** An angle in [0, 2π). */
function wrapped(angle: number): number {
  const turn = 2 * Math.PI;
  const rest = angle % turn;
  return rest < 0 ? rest + turn : rest;
}

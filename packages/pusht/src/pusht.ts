import {
  type Drawable,
  type Drawing,
  type Env,
  type EnvState,
  type Generator,
  pcg64,
  pcg64From,
  type SavableGenerator,
  type Step,
} from '@dppo/env';

import { coverage } from './coverage.ts';
import { drawing } from './draw.ts';
import { follow } from './follow.ts';
import { poseOf } from './motion.ts';
import { savedAs } from './saved.ts';
import { checkStart, drawnStart, type Start } from './start.ts';
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

/** PushT, which can be saved and drawn. */
export interface Pusht extends Env, Drawable {
  /** What its start is, the generator before the episode and the actions since [17 + 2T]; [7] before the first reset. */
  save(): EnvState;
  /** Goes on from a `state` that one of the same `start` saved. Throws a RangeError for any other. */
  restore(state: EnvState): void;
}

/** Part of the goal that has to be covered. */
export const enough = 0.95;

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
 * a success, above 0.95. `progress` of a step is the coverage. It is not cut: use `timeLimit` (usual: 300 steps).
 *
 * @throws RangeError for another `observation`, a `start` out of the field, an action of another length or out of [0, 512]; an Error from
 * a step before the first reset or past the end
 * @see C. Chi et al., Diffusion Policy, arXiv 2303.04137; https://github.com/huggingface/gym-pusht
 */
export function pusht({ observation = 'state', start }: PushtOptions = {}): Pusht {
  if (!Object.hasOwn(observations, observation)) {
    throw new RangeError(
      `pusht: observation is ${observation}, wanted ${Object.keys(observations).join(' or ')}`,
    );
  }
  if (start !== undefined) checkStart(start);
  const observed = observations[observation];
  const { stateOf, savedIn } = savedAs(start);
  let generator: SavableGenerator;
  /** The generator's words before it drew the episode; none before the first. */
  let before: readonly number[];
  /** The episode's actions so far [T, 2]. */
  let actions: number[];
  let scene: World;
  let isRunning: boolean;

  function placed(by: Generator): World {
    return start === undefined ? drawnStart(by) : world(start.x, start.y, start.block);
  }

  /** As before the first reset, which is what is drawn till then. */
  function wait(): void {
    generator = pcg64(0);
    before = [];
    actions = [];
    scene = placed(pcg64(0));
    isRunning = false;
  }

  function begin(): void {
    before = generator.words();
    actions = [];
    scene = placed(generator);
    isRunning = true;
  }

  wait();
  return {
    obsShape: [observed.size],
    actionShape: [2],

    reset(seed?: number): Float32Array {
      if (seed !== undefined) generator = pcg64(seed);
      begin();
      return Float32Array.from(observed.of(scene));
    },

    step(action: Float32Array): Step {
      if (action.length !== 2 || !action.every((value) => value >= 0 && value <= 512)) {
        throw new RangeError(`pusht: action is [${action.join(', ')}], wanted 2 numbers in [0, 512]`);
      }
      if (!isRunning) throw new Error('pusht: step without an episode, wanted a reset before it');
      const [x, y] = action;
      follow(scene, x, y);
      actions.push(x, y);
      const progress = coverage(poseOf(scene.block));
      const ended = progress > enough;
      isRunning = !ended;
      return {
        obs: Float32Array.from(observed.of(scene)),
        reward: Math.min(progress / enough, 1),
        terminated: ended,
        truncated: false,
        success: ended,
        progress,
      };
    },

    save: (): EnvState => stateOf({ before, actions }),

    /** Plays the episode again up to where it was: how shapes lie in the engine's trees follows from all that happened. */
    restore(state: EnvState): void {
      const saved = savedIn(state);
      if (saved.before.length === 0) return wait();
      generator = pcg64From(saved.before);
      begin();
      for (let t = 0; t < saved.actions.length; t += 2) follow(scene, saved.actions[t], saved.actions[t + 1]);
      actions = [...saved.actions];
      isRunning = actions.length === 0 || coverage(poseOf(scene.block)) <= enough;
    },

    /** The field from above, in px with y upwards. */
    draw: (): Drawing => drawing(poseOf(scene.block), [scene.agent.x, scene.agent.y]),
  };
}

/** An angle in [0, 2π). */
function wrapped(angle: number): number {
  const turn = 2 * Math.PI;
  const rest = angle % turn;
  return rest < 0 ? rest + turn : rest;
}

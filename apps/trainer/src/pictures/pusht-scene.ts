import { corners, coverage, enough, fieldSize, goal } from '@dppo/pusht';

import { poseIn } from '../tasks/pusht-pose.ts';
import type { Place, Scene } from './scene.ts';

/** The field of PushT by the corners of its block, y downwards as in the task. */
export const pushtScene: Scene = {
  unit: 'px',
  x: [0, fieldSize],
  y: [fieldSize, 0],
  scale: 0.75,
  discs: [],
  lines: [{ places: outline(corners(goal)), color: '#009e73', fill: '#009e73' }],
  movers: [
    { name: 'the disc', placeIn: (observation) => placeAt(observation, 8) },
    { name: 'the block, and where it is in the end', placeIn: middle, outlineIn: outline },
  ],
  outcomes: [
    { name: 'covers the goal', color: '#0072b2' },
    { name: 'covers half of it', color: '#e69f00' },
    { name: 'covers less', color: '#d55e00' },
  ],
  wanted: 'cover the goal',
  outcomeOf: (episode) => {
    const covered = coverage(poseIn(episode[episode.length - 1]));
    if (covered > enough) return 'covers the goal';
    return covered >= 0.5 ? 'covers half of it' : 'covers less';
  },
};

function placeAt(numbers: ArrayLike<number>, i: number): Place {
  return [numbers[2 * i], numbers[2 * i + 1]];
}

/** Where the bar of the block meets the middle of its stem. */
function middle(observation: Float32Array): Place {
  const [[ax, ay], [bx, by]] = [placeAt(observation, 4), placeAt(observation, 5)];
  return [(ax + bx) / 2, (ay + by) / 2];
}

/** Once around the block whose corners these are, the bar's and then the stem's. */
function outline(numbers: ArrayLike<number>): Place[] {
  return [0, 1, 2, 5, 6, 7, 4, 3, 0].map((i) => placeAt(numbers, i));
}

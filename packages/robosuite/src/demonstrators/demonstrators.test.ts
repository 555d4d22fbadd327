import { pcg64 } from '@dppo/env';
import { mujocoEngine } from '@dppo/mujoco';
import { describe, expect, it } from 'vitest';

import { canTask } from '../can.ts';
import { liftTask } from '../lift.ts';
import { manipulation } from '../manipulation.ts';
import { squareTask } from '../square.ts';
import type { Task } from '../task.ts';
import { meshes } from '../../test/meshes.ts';
import { canDemonstrator } from './can-demonstrator.ts';
import type { Demonstrator } from './demonstrator.ts';
import { liftDemonstrator } from './lift-demonstrator.ts';
import { rotationAt, towardsDown, wrapped, yawOf } from './pose.ts';
import { squareDemonstrator } from './square-demonstrator.ts';

const engine = await mujocoEngine();

/** The actions of an episode up to its success; fewer than the horizon where it succeeds. */
function episode(task: Task, demonstrate: Demonstrator, seed: number): Float32Array[] {
  const made = manipulation(task, { engine, files: meshes });
  made.reset(pcg64(seed));
  const obs = new Float64Array(made.obsSize);
  const actions: Float32Array[] = [];
  while (actions.length < task.horizon && !made.rules.success()) {
    made.observe(obs);
    actions.push(demonstrate(Float32Array.from(obs)));
    made.control(actions[actions.length - 1]);
  }
  return actions;
}

describe.each([
  { name: 'lift', task: liftTask([0.021, 0.021, 0.021]), demonstrator: liftDemonstrator },
  { name: 'can', task: canTask('slim'), demonstrator: canDemonstrator },
  { name: 'square', task: squareTask('slim'), demonstrator: squareDemonstrator },
])('a demonstrator of $name', ({ task, demonstrator }) => {
  it('does what is to be done, the same again from the same seed and otherwise from another', () => {
    const actions = episode(task, demonstrator(1), 1);
    expect(actions.length).toBeLessThan(task.horizon);
    expect(actions.every((action) => action.every((value) => Math.abs(value) <= 1))).toBe(true);
    expect(episode(task, demonstrator(1), 1)).toEqual(actions);
    expect(episode(task, demonstrator(2), 1).slice(0, 10)).not.toEqual(actions.slice(0, 10));
  });
});

describe('poses', () => {
  it('turn a hand that points down by what its yaw lacks', () => {
    // diag(1, −1, −1) is a half turn about x
    const down = rotationAt([1, 0, 0, 0], 0);
    expect(down).toEqual([1, 0, 0, 0, -1, 0, 0, 0, -1]);
    expect(towardsDown(0.3, down)).toBeAllclose([0, 0, 0.3], { atol: 1e-12, rtol: 0 });
    expect(towardsDown(0, down)).toBeAllclose([0, 0, 0], { atol: 1e-12, rtol: 0 });
  });

  it('have the yaw that they were turned by', () => {
    for (const yaw of [-3, -1, 0, 0.5, 2]) {
      const rotation = rotationAt([0, 0, Math.sin(yaw / 2), Math.cos(yaw / 2)], 0);
      expect(yawOf(rotation)).toBeCloseTo(yaw, 12);
      expect(wrapped(yaw + 4 * Math.PI, 2 * Math.PI)).toBeCloseTo(yaw, 12);
    }
    expect(wrapped(1, Math.PI / 2)).toBeCloseTo(1 - Math.PI / 2, 12);
  });
});

import type { Env } from '../env.ts';
import { multiStep } from '../multi-step.ts';
import { timeLimit } from '../time-limit.ts';
import { pointMass } from './point-mass.ts';

/** How an environment should misbehave, for tests of `workers`: which one, at which step, and how. */
export interface Fault {
  readonly index: number;
  readonly at: 'make' | number;
  readonly how: 'throw' | 'exit';
}

/** For `workers`: a point mass in chunks of 3 actions with a time limit of 20, and a fault where `data` asks for one. */
export default function pointMassEnv(fault: Fault | undefined, index: number): Env {
  const faulty = fault?.index === index;
  const misbehave = (): void => {
    if (fault?.how === 'exit') process.exit(7);
    throw new Error('the mass fell off the line');
  };
  if (faulty && fault.at === 'make') misbehave();
  const env = multiStep(timeLimit(pointMass(), 20), { condSteps: 2, actSteps: 3 });
  let steps = 0;
  return {
    ...env,
    step(action) {
      if (faulty && fault.at === steps++) misbehave();
      return env.step(action);
    },
  };
}

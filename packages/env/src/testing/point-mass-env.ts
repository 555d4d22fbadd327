import type { Env } from '../env.ts';
import { multiStep } from '../multi-step.ts';
import { timeLimit } from '../time-limit.ts';
import { pointMass } from '../point-mass.ts';

/** How an environment should misbehave, for tests of `workers`: which one, when (in which step), and how. */
export interface Fault {
  readonly index: number;
  readonly at: 'make' | 'reset' | number;
  readonly how: 'throw' | 'exit' | 'reject' | 'hang';
}

const faults: Record<Fault['how'], () => void> = {
  throw() {
    throw new Error('the mass fell off the line');
  },
  exit: () => process.exit(7),
  hang() {
    for (;;);
  },
  // Nobody waits for this promise, as for one of a socket or a timer.
  reject: () => void Promise.reject(new Error('nobody caught the mass')),
};

/** For `workers`: a point mass in chunks of 3 actions with a time limit of 20, and a fault where `data` asks for one. */
export default function pointMassEnv(fault: Fault | undefined, index: number): Env {
  const misbehave = (at: Fault['at']): void => {
    if (fault?.index === index && fault.at === at) faults[fault.how]();
  };
  misbehave('make');
  const env = multiStep(timeLimit(pointMass(), 20), { condSteps: 2, actSteps: 3 });
  let steps = 0;
  return {
    ...env,
    reset(seed) {
      misbehave('reset');
      return env.reset(seed);
    },
    step(action) {
      misbehave(steps++);
      return env.step(action);
    },
  };
}

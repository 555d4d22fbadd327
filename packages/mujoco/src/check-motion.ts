import type { Fields, Workings } from './fields.ts';

/** Throws an Error where a position or velocity is no number or beyond MuJoCo's limit, and where MuJoCo warns. */
export function checkMotion({
  qpos,
  qvel,
  warning,
}: Pick<Fields & Workings, 'qpos' | 'qvel' | 'warning'>): void {
  checkLimit('qpos', qpos);
  checkLimit('qvel', qvel);
  checkWarnings(warning);
}

function checkLimit(name: string, values: Float64Array): void {
  for (let i = 0; i < values.length; i++) {
    if (!(Math.abs(values[i]) < 1e10)) {
      throw new Error(`the simulation diverged: ${name}[${i}] is ${values[i]}`);
    }
  }
}

// MuJoCo's mjtWarning in its order.
const warnings = [
  'inertia matrix is close to singular at degree of freedom',
  'memory is full: raise <size memory> in the model; contacts:',
  'memory is full: raise <size memory> in the model; constraints:',
  'bad number in qpos at',
  'bad number in qvel at',
  'bad number in qacc at',
  'bad number in ctrl at',
] as const;

function checkWarnings(warning: Int32Array): void {
  for (let i = 0; i < warnings.length; i++) {
    if (warning[2 * i + 1] !== 0) throw new Error(`MuJoCo warns: ${warnings[i]} ${warning[2 * i]}`);
  }
}

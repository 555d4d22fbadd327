import type { Simulation } from '@dppo/mujoco';

/** Whether a geom touches one of `others`. */
export function touches(simulation: Simulation, geom: number, others: readonly number[]): boolean {
  const { ncon } = simulation;
  for (let i = 0; i < ncon; i++) {
    const a = simulation.contactGeom(i, 0);
    const b = simulation.contactGeom(i, 1);
    if ((a === geom && others.includes(b)) || (b === geom && others.includes(a))) return true;
  }
  return false;
}

/** Whether both pads of a gripper touch one of the geoms. */
export function grasps(
  simulation: Simulation,
  { pads }: { readonly pads: readonly [number, number] },
  geoms: readonly number[],
): boolean {
  return pads.every((pad) => touches(simulation, pad, geoms));
}

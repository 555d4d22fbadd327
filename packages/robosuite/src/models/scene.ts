import { colors, element } from './element.ts';
import { panda, pandaActuators, pandaMeshes } from './panda.ts';
import type { Base } from './panda.ts';

/** What a task adds to its arms. */
export interface Scene {
  /** where the arms stand; one each */
  readonly bases: readonly Base[];
  /** meshes beside those of the arms */
  readonly meshes?: readonly string[];
  /** tables, bins and pegs, which stand before the arms in the model */
  readonly arena: readonly string[];
  /** what can be moved, after them */
  readonly objects: readonly string[];
  /** of what MuJoCo works in; more contacts need more */
  readonly memory: string;
}

/** A model in MJCF with the options that robosuite 1.4.1 composes its tasks with; the first contact is between what stands first. */
export function scene({ bases, meshes = [], arena, objects, memory }: Scene): string {
  return element(
    'mujoco',
    { model: 'robosuite' },
    element('compiler', { angle: 'radian', inertiagrouprange: [0, 0], autolimits: 'true' }),
    element('option', {
      impratio: 20,
      cone: 'elliptic',
      density: 1.2,
      viscosity: 0.00002,
      timestep: 0.002,
    }),
    element('size', { memory }),
    element('asset', {}, ...pandaMeshes, ...meshes),
    element('actuator', {}, ...bases.flatMap((_, n) => pandaActuators(n))),
    element(
      'worldbody',
      {},
      element('geom', { name: 'floor', type: 'plane', size: [0, 0, 0.125], group: 1, rgba: colors.floor }),
      ...arena,
      ...bases.map((base, n) => panda(n, base)),
      ...objects,
    ),
  );
}

/** The table that a task is done on, a box whose top is at `height`. */
export function table(
  name: string,
  { height, y = 0, depth = 0.4 }: { height: number; y?: number; depth?: number },
): string {
  return element(
    'body',
    { name, pos: [0, y, height - 0.025] },
    element('geom', {
      name: `${name}_collision`,
      type: 'box',
      size: [0.4, depth, 0.025],
      group: 0,
      rgba: colors.table,
    }),
  );
}

/** A fixed camera. */
export function camera(name: string, pos: readonly number[], quat: readonly number[]): string {
  return element('camera', { name, pos, quat });
}

/** Our own camera `filmview`, which looks from one point at another and sees `fovy` degrees of height. */
export function filmview({
  from,
  at,
  fovy,
}: {
  readonly from: readonly [number, number, number];
  readonly at: readonly [number, number, number];
  readonly fovy: number;
}): string {
  const [x, y, z] = from.map((value, i) => at[i] - value);
  // The picture's axes: to the right, level, d × z, and up, that × d.
  const xyaxes = [y, -x, 0, -x * z, -y * z, x * x + y * y];
  return element('camera', { name: 'filmview', pos: from, xyaxes, fovy });
}

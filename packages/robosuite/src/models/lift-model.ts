import { body, colors, element } from './element.ts';
import { camera, filmview, scene, table } from './scene.ts';

/** Lift: a cube with these half sizes on a table, m. Its numbers are those of robosuite 1.4.1's lift.py (MIT). */
export function liftModel(halfSizes: readonly number[]): string {
  return scene({
    memory: '1M',
    bases: [{ pos: [-0.56, 0, 0.912] }],
    arena: [
      table('table', { height: 0.8 }),
      filmview({ from: [0.95, 0.6, 1.5], at: [-0.12, 0, 0.97], fovy: 26 }),
      camera('agentview', [0.5, 0, 1.35], [0.653, 0.271, 0.271, 0.653]),
      camera('frontview', [1.6, 0, 1.45], [0.56, 0.43, 0.43, 0.56]),
    ],
    objects: [
      body(
        'cube_main',
        {},
        element('geom', {
          name: 'cube_g0',
          type: 'box',
          size: halfSizes,
          group: 0,
          ...solid,
          rgba: colors.object,
        }),
        element('joint', { name: 'cube_joint0', type: 'free' }),
      ),
    ],
  });
}

/** How robosuite's boxes touch: density, friction and softness of the contacts. */
export const solid = {
  density: 1000,
  friction: [1, 0.005, 0.0001],
  solref: [0.02, 1],
  solimp: [0.9, 0.95, 0.001],
} as const;

import { body, colors, element } from './element.ts';

/** What the base of arm `n` stands on. Its numbers are those of robosuite 1.4.1's rethink_mount.xml (MIT). */
export function mount(n: number): string {
  const part = (name: string, inertial: string, ...geoms: readonly string[]): string =>
    body(`mount${n}_${name}`, { pos: [0, 0, 0] }, inertial, ...geoms);
  return body(
    `mount${n}_base`,
    { pos: [0, 0, 0.01] },
    part(
      'controller_box',
      element('inertial', {
        pos: [-0.325, 0, -0.38],
        mass: 46.64,
        diaginertia: [1.71363, 1.27988, 0.809981],
      }),
      box([-0.325, 0, -0.38], [0.11, 0.2, 0.265]),
    ),
    part(
      'pedestal_feet',
      element('inertial', {
        pos: [-0.1225, 0, -0.758],
        mass: 167.09,
        diaginertia: [8.16095, 9.59375, 15.0785],
      }),
      box([-0.1225, 0, -0.758], [0.385, 0.35, 0.155]),
    ),
    part('torso', element('inertial', { pos: [0, 0, 0], mass: 0.0001, diaginertia: [1e-8, 1e-8, 1e-8] })),
    part(
      'pedestal',
      element('inertial', {
        pos: [0, 0, 0],
        quat: [0.659267, -0.259505, -0.260945, 0.655692],
        mass: 60.864,
        diaginertia: [6.0869, 5.81635, 4.20915],
      }),
      element('geom', { type: 'cylinder', pos: [-0.02, 0, -0.29], size: [0.18, 0.31], rgba: colors.mount }),
    ),
  );
}

function box(pos: readonly number[], size: readonly number[]): string {
  return element('geom', { type: 'box', pos, size, rgba: colors.mount });
}

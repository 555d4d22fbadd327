import { body, colors, element } from './element.ts';
import { camera, filmview, scene } from './scene.ts';

/** What lies beside the can in the original until it is put away: mesh, scale and density. */
const others = [
  { name: 'Milk', file: 'milk.msh', scale: 0.9, density: 100 },
  { name: 'Bread', file: 'bread.stl', scale: 0.8, density: 50 },
  { name: 'Cereal', file: 'cereal.msh', scale: 1, density: 150 },
];
const can = { name: 'Can', file: 'can.msh', scale: 1, density: 100 };

// The boxes of a bin of 40 × 50 cm with walls of 10 cm; the second is divided into four.
const box = (pos: readonly number[], size: readonly number[]): string =>
  element('geom', { type: 'box', pos, size, group: 0, rgba: colors.bin });
const bottom = box([0, 0, 0], [0.2, 0.25, 0.02]);
const left = box([0, 0.25, 0.05], [0.21, 0.01, 0.05]);
const right = box([0, -0.25, 0.05], [0.21, 0.01, 0.05]);
const back = box([0.2, 0, 0.05], [0.01, 0.25, 0.05]);
const front = box([-0.2, 0, 0.05], [0.01, 0.25, 0.05]);
const across = box([0, 0, 0.05], [0.2, 0.01, 0.05]);
const along = box([0, 0, 0.05], [0.01, 0.25, 0.05]);

/** Which objects are in the model of a task: `slim` leaves out those that the task has put away. */
export type Objects = 'slim' | 'full';

/** Can: a can in the left one of two bins. Its numbers are those of robosuite 1.4.1's pick_place.py and bins_arena.xml (MIT). */
export function canModel(objects: Objects): string {
  const present = objects === 'full' ? [...others, can] : [can];
  return scene({
    memory: '1M',
    bases: [{ pos: [-0.5, -0.1, 0.912] }],
    meshes: present.map(({ name, file, scale }) =>
      element('mesh', { name, file, scale: [scale, scale, scale] }),
    ),
    arena: [
      body('bin1', { pos: [0.1, -0.25, 0.8] }, bottom, left, right, back, front),
      body('bin2', { pos: [0.1, 0.28, 0.8] }, bottom, left, across, right, back, along, front),
      filmview({ from: [1.45, 0.3, 1.85], at: [0.02, 0, 0.93], fovy: 32 }),
      camera('agentview', [1, 0, 1.75], [0.653, 0.271, 0.271, 0.653]),
      camera('frontview', [1.6, 0, 1.45], [0.56, 0.43, 0.43, 0.56]),
    ],
    objects: present.map(({ name, density }) =>
      body(
        `${name}_main`,
        {},
        element('geom', {
          name: `${name}_g0`,
          type: 'mesh',
          mesh: name,
          group: 0,
          condim: 4,
          density,
          friction: [0.95, 0.3, 0.1],
          solref: [0.001, 1],
          solimp: [0.998, 0.998, 0.001],
          rgba: name === 'Can' ? colors.object : colors.other,
        }),
        element('joint', { name: `${name}_joint0`, type: 'free', damping: 0.0005 }),
      ),
    ),
  });
}

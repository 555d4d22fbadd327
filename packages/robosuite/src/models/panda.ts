import { body, colors, element } from './element.ts';
import { h, hand, round } from './hand.ts';
import { mount } from './mount.ts';

/**
 * The seven links: place and turn in the link before, centre of mass, mass, inertia about each axis, range and damping of the joint.
 * The numbers are those of robosuite 1.4.1's Panda (MIT), panda/robot.xml, with the armature 5/i that it adds to joint i.
 */
const links = [
  { pos: [0, 0, 0.333], quat: round, com: [0, 0, -0.07], mass: 3, inertia: 0.3, range: [-2.8973, 2.8973] },
  { pos: [0, 0, 0], quat: [h, -h, 0, 0], com: [0, -0.1, 0], mass: 3, inertia: 0.3, range: [-1.7628, 1.7628] },
  {
    pos: [0, -0.316, 0],
    quat: [h, h, 0, 0],
    com: [0.04, 0, -0.05],
    mass: 2,
    inertia: 0.2,
    range: [-2.8973, 2.8973],
  },
  {
    pos: [0.0825, 0, 0],
    quat: [h, h, 0, 0],
    com: [-0.04, 0.05, 0],
    mass: 2,
    inertia: 0.2,
    range: [-3.0718, -0.0698],
  },
  {
    pos: [-0.0825, 0.384, 0],
    quat: [h, -h, 0, 0],
    com: [0, 0, -0.15],
    mass: 2,
    inertia: 0.2,
    range: [-2.8973, 2.8973],
  },
  {
    pos: [0, 0, 0],
    quat: [h, h, 0, 0],
    com: [0.06, 0, 0],
    mass: 1.5,
    inertia: 0.1,
    range: [-0.0175, 3.7525],
  },
  {
    pos: [0.088, 0, 0],
    quat: [h, h, 0, 0],
    com: [0, 0, 0.08],
    mass: 0.5,
    inertia: 0.05,
    range: [-2.8973, 2.8973],
  },
];

/** Where the base of an arm stands, and how it is turned. */
export interface Base {
  readonly pos: readonly number[];
  readonly quat?: readonly number[];
}

/** Panda `n` on its mount, with the gripper of two fingers, as a body of MJCF. */
export function panda(n: number, base: Base): string {
  const robot = `robot${n}`;
  let arm = hand(n);
  for (const [i, { pos, quat, com, mass, inertia, range }] of [...links.entries()].toReversed()) {
    arm = body(
      `${robot}_link${i + 1}`,
      { pos, quat },
      element('inertial', { pos: com, mass, diaginertia: [inertia, inertia, inertia] }),
      element('joint', {
        name: `${robot}_joint${i + 1}`,
        axis: [0, 0, 1],
        range,
        damping: i < 5 ? 0.1 : 0.01,
        frictionloss: 0.1,
        armature: 5 / (i + 1),
      }),
      geom(robot, i + 1),
      arm,
    );
  }
  return body(
    `${robot}_base`,
    { ...base },
    element('inertial', { pos: [0, 0, 0], mass: 0, diaginertia: [0, 0, 0] }),
    body(
      `${robot}_link0`,
      { pos: [0, 0, 0] },
      element('inertial', { pos: [0, 0, 0.05], mass: 4, diaginertia: [0.4, 0.4, 0.4] }),
      geom(robot, 0),
      arm,
    ),
    mount(n),
  );
}

/** Motors of the seven joints and position servos of the two fingers. */
export function pandaActuators(n: number): string[] {
  const motors = links.map((_, i) => {
    const limit = i < 5 ? 80 : 12;
    return element('motor', {
      name: `robot${n}_torq_j${i + 1}`,
      joint: `robot${n}_joint${i + 1}`,
      ctrlrange: [-limit, limit],
    });
  });
  const fingers = [
    [0, 0.04],
    [-0.04, 0],
  ].map((ctrlrange, i) =>
    element('position', {
      name: `gripper${n}_gripper_finger_joint${i + 1}`,
      joint: `gripper${n}_finger_joint${i + 1}`,
      ctrlrange,
      kp: 1000,
      forcerange: [-20, 20],
    }),
  );
  return [...motors, ...fingers];
}

/** The meshes of an arm; they are shared by all. */
export const pandaMeshes: readonly string[] = [
  ...Array.from({ length: 8 }, (_, i) => `link${i}`),
  'hand',
  'finger',
].map((name) => element('mesh', { name, file: `${name}.stl` }));

function geom(robot: string, link: number): string {
  const name = `${robot}_link${link}_collision`;
  return element('geom', { name, type: 'mesh', mesh: `link${link}`, group: 0, rgba: colors.link });
}

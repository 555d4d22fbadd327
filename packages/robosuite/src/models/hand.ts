import { body, colors, element } from './element.ts';

// As the original rounds it.
// oxlint-disable-next-line oxc/approx-constant
export const h = 0.707107;
/** No turn at all. */
export const round: readonly number[] = [1, 0, 0, 0];

/** The hand of arm `n` with its gripper of two fingers. Its numbers are those of robosuite 1.4.1's panda_gripper.xml (MIT). */
export function hand(n: number): string {
  const gripper = `gripper${n}`;
  return body(
    `robot${n}_right_hand`,
    { pos: [0, 0, 0.1065], quat: [0.924, 0, 0, -0.383] },
    element('inertial', { pos: [0, 0, 0], mass: 0.5, diaginertia: [0.05, 0.05, 0.05] }),
    element('camera', {
      name: `robot${n}_eye_in_hand`,
      pos: [0.05, 0, 0],
      quat: [0, 0.707108, 0.707108, 0],
      fovy: 75,
    }),
    body(
      `${gripper}_right_gripper`,
      { pos: [0, 0, 0], quat: [h, 0, 0, -h] },
      element('inertial', {
        pos: [0, 0, 0.17],
        quat: [h, h, 0, 0],
        mass: 0.3,
        diaginertia: [0.09, 0.07, 0.05],
      }),
      element('geom', {
        name: `${gripper}_hand_collision`,
        type: 'mesh',
        mesh: 'hand',
        quat: [h, 0, 0, h],
        group: 0,
        rgba: colors.hand,
      }),
      body(
        `${gripper}_eef`,
        { pos: [0, 0, 0.097] },
        element('site', { name: `${gripper}_grip_site`, size: 0.01, group: 1, rgba: [1, 0, 0, 0] }),
      ),
      finger(n, 1),
      finger(n, 2),
    ),
  );
}

/** Finger 1 is the left one; 2 mirrors it. */
function finger(n: number, which: 1 | 2): string {
  const gripper = `gripper${n}`;
  const side = which === 1 ? 1 : -1;
  return body(
    `${gripper}_${which === 1 ? 'left' : 'right'}finger`,
    { pos: [0, 0, 0.0524], quat: [h, 0, 0, h] },
    element('inertial', { pos: [0, 0, 0.05], mass: 0.1, diaginertia: [0.01, 0.01, 0.005] }),
    element('joint', {
      name: `${gripper}_finger_joint${which}`,
      type: 'slide',
      axis: [0, 1, 0],
      range: which === 1 ? [0, 0.04] : [-0.04, 0],
      damping: 100,
      armature: 1,
      frictionloss: 1,
    }),
    element('geom', {
      name: `${gripper}_finger${which}_collision`,
      type: 'mesh',
      mesh: 'finger',
      quat: which === 1 ? round : [0, 0, 0, 1],
      group: 0,
      contype: 0,
      conaffinity: 1,
      condim: 4,
      friction: [1, 0.005, 0.0001],
      solref: [0.02, 1],
      rgba: colors.finger,
    }),
    body(
      `${gripper}_finger_joint${which}_tip`,
      { pos: [0, side * 0.0085, 0.056] },
      element('inertial', {
        pos: [0, 0, 0],
        quat: [0, 0, 0, 1],
        mass: 0.01,
        diaginertia: [0.01, 0.01, 0.01],
      }),
      element('geom', {
        name: `${gripper}_finger${which}_pad_collision`,
        type: 'box',
        size: [0.008, 0.004, 0.008],
        pos: [0, side * -0.005, -0.015],
        quat: [0, 0, 0, 1],
        group: 0,
        friction: [2, 0.05, 0.0001],
        solref: [0.01, 0.5],
        rgba: colors.finger,
      }),
    ),
  );
}

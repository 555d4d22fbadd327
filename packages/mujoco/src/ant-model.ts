interface Leg {
  /** signs of the leg's direction in x and y */
  readonly side: readonly [x: number, y: number];
  /** of the ankle, degrees: it bends downwards */
  readonly axis: readonly [x: number, y: number];
  readonly range: string;
  readonly color: string;
}

const legs: readonly Leg[] = [
  { side: [1, 1], axis: [-1, 1], range: '30 70', color: '0.45 0.62 0.40 1' },
  { side: [-1, 1], axis: [1, 1], range: '-70 -30', color: '0.45 0.62 0.40 1' },
  { side: [-1, -1], axis: [-1, 1], range: '-70 -30', color: '0.86 0.62 0.30 1' },
  { side: [1, -1], axis: [1, 1], range: '30 70', color: '0.86 0.62 0.30 1' },
];

/** Three links outwards from the torso: fixed to it, turning about the vertical, bending. */
const leg = ({ side: [x, y], axis, range, color }: Leg, i: number): string => `
      <body name="mount${i + 1}">
        <geom fromto="0 0 0 ${0.2 * x} ${0.2 * y} 0" rgba="${color}"/>
        <body name="hip${i + 1}" pos="${0.2 * x} ${0.2 * y} 0">
          <joint name="hip${i + 1}" axis="0 0 1" range="-30 30"/>
          <geom fromto="0 0 0 ${0.2 * x} ${0.2 * y} 0" rgba="${color}"/>
          <body name="ankle${i + 1}" pos="${0.2 * x} ${0.2 * y} 0">
            <joint name="ankle${i + 1}" axis="${axis.join(' ')} 0" range="${range}"/>
            <geom fromto="0 0 0 ${0.4 * x} ${0.4 * y} 0" rgba="${color}"/>
          </body>
        </body>
      </body>`;

const driven = [4, 1, 2, 3];

/**
 * The Ant in MuJoCo's MJCF: a sphere on four legs in space, eight motors, 5 × 10 ms per step. Its numbers are those of
 * Gymnasium 1.4.0's ant.xml (MIT licence); `margin` is the distance from the floor at which a contact begins, per geom.
 */
export const antModel = (margin: number): string => `
<mujoco model="ant">
  <compiler angle="degree" inertiafromgeom="true"/>
  <size memory="1M"/>
  <option integrator="RK4" timestep="0.01"/>
  <default>
    <joint type="hinge" armature="1" damping="1" limited="true"/>
    <geom type="capsule" conaffinity="0" condim="3" density="5" friction="1 0.5 0.5" margin="${margin}" size="0.08"/>
    <motor gear="150" ctrllimited="true" ctrlrange="-1 1"/>
  </default>
  <worldbody>
    <geom name="floor" type="plane" conaffinity="1" size="40 40 40"/>
    <body name="torso" pos="0 0 0.75">
      <joint name="root" type="free" armature="0" damping="0" limited="false"/>
      <geom name="torso" type="sphere" size="0.25" rgba="0.72 0.42 0.28 1"/>${legs.map(leg).join('')}
    </body>
  </worldbody>
  <actuator>
    ${driven.map((i) => `<motor joint="hip${i}"/><motor joint="ankle${i}"/>`).join('\n    ')}
  </actuator>
</mujoco>`;

interface Leg {
  /** of its parts' names */
  readonly suffix: string;
  /** of its foot */
  readonly friction: number;
  readonly color: string;
}

const leg = ({ suffix, friction, color }: Leg): string => `
      <body name="thigh${suffix}" pos="0 0 -0.19999999999999996">
        <joint name="thigh${suffix}" axis="0 -1 0" range="-150 0"/>
        <geom name="thigh${suffix}" rgba="${color}" pos="0 0 -0.22500000000000009" size="0.05 0.22500000000000003"/>
        <body name="leg${suffix}" pos="0 0 -0.70000000000000007">
          <joint name="leg${suffix}" axis="0 -1 0" pos="0 0 0.25" range="-150 0"/>
          <geom name="leg${suffix}" rgba="${color}" size="0.04 0.25"/>
          <body name="foot${suffix}" pos="0.2 0 -0.35">
            <joint name="foot${suffix}" axis="0 -1 0" pos="-0.2 0 0.1" range="-45 45"/>
            <geom name="foot${suffix}" rgba="${color}" friction="${friction} 0.1 0.1" pos="-0.1 0 0.1" size="0.06 0.1"
              quat="0.70710678118654757 0 -0.70710678118654746 0"/>
          </body>
        </body>
      </body>`;

const joints = ['thigh', 'leg', 'foot', 'thigh_left', 'leg_left', 'foot_left'];

/**
 * The Walker2d in MuJoCo's MJCF: a torso on two legs in a plane, six motors, 4 × 2 ms per step. Its numbers are those
 * of Gymnasium 1.4.0's walker2d.xml (right foot's friction 0.9) and walker2d_v5.xml (1.9), MIT licence.
 */
export const walker2dModel = (rightFootFriction: number): string => `
<mujoco model="walker2d">
  <compiler angle="degree" inertiafromgeom="true"/>
  <size memory="256K"/>
  <option integrator="RK4" timestep="0.002"/>
  <default>
    <joint type="hinge" armature="0.01" damping="0.1" limited="true"/>
    <geom type="capsule" contype="1" conaffinity="0" condim="3" density="1000" friction="0.9 0.1 0.1"/>
    <motor gear="100" ctrllimited="true" ctrlrange="-1 1"/>
    <default class="root">
      <joint armature="0" damping="0" limited="false" stiffness="0"/>
    </default>
  </default>
  <worldbody>
    <geom name="floor" type="plane" conaffinity="1" friction="0.7 0.1 0.1" size="40 40 40"/>
    <body name="torso" pos="0 0 1.25">
      <joint class="root" name="rootx" type="slide" axis="1 0 0" pos="0 0 -1.25"/>
      <joint class="root" name="rootz" type="slide" axis="0 0 1" pos="0 0 -1.25" ref="1.25"/>
      <joint class="root" name="rooty" axis="0 1 0"/>
      <geom name="torso" rgba="0.27 0.42 0.65 1" size="0.05 0.19999999999999996"/>${[
        { suffix: '', friction: rightFootFriction, color: '0.50 0.36 0.58 1' },
        { suffix: '_left', friction: 1.9, color: '0.90 0.58 0.26 1' },
      ]
        .map(leg)
        .join('')}
    </body>
  </worldbody>
  <actuator>
    ${joints.map((joint) => `<motor joint="${joint}"/>`).join('\n    ')}
  </actuator>
</mujoco>`;

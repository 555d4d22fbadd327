/**
 * The Hopper in MuJoCo's MJCF: a torso, thigh, leg and foot in a plane, three motors, 4 × 2 ms per step.
 * Its numbers are those of Gymnasium 1.4.0's hopper.xml (MIT licence); `margin` is the distance from the
 * floor at which a contact begins, per geom.
 */
export const hopperModel = (margin: number): string => `
<mujoco model="hopper">
  <compiler angle="degree" inertiafromgeom="true"/>
  <size memory="256K"/>
  <option integrator="RK4" timestep="0.002"/>
  <default>
    <joint type="hinge" armature="1" damping="1" limited="true"/>
    <geom type="capsule" condim="1" friction="0.9" margin="${margin}" solimp="0.8 0.8 0.01" solref="0.02 1"
      rgba="0.90 0.58 0.26 1"/>
    <motor gear="200" ctrllimited="true" ctrlrange="-1 1"/>
    <default class="root">
      <joint armature="0" damping="0" limited="false" stiffness="0"/>
    </default>
  </default>
  <worldbody>
    <geom name="floor" type="plane" condim="3" friction="1 0.005 0.0001" size="20 20 0.125"/>
    <body name="torso" pos="0 0 1.25">
      <joint class="root" name="rootx" type="slide" axis="1 0 0" pos="0 0 -1.25"/>
      <joint class="root" name="rootz" type="slide" axis="0 0 1" pos="0 0 -1.25" ref="1.25"/>
      <joint class="root" name="rooty" axis="0 1 0"/>
      <geom name="torso" rgba="0.27 0.42 0.65 1" size="0.05 0.19999999999999996"/>
      <body name="thigh" pos="0 0 -0.19999999999999996">
        <joint name="thigh" axis="0 -1 0" range="-150 0"/>
        <geom name="thigh" pos="0 0 -0.22500000000000009" size="0.05 0.22500000000000003"/>
        <body name="leg" pos="0 0 -0.70000000000000007">
          <joint name="leg" axis="0 -1 0" pos="0 0 0.25" range="-150 0"/>
          <geom name="leg" rgba="0.82 0.46 0.20 1" size="0.04 0.25"/>
          <body name="foot" pos="0.13 0 -0.35">
            <joint name="foot" axis="0 -1 0" pos="-0.13 0 0.1" range="-45 45"/>
            <geom name="foot" friction="2" pos="-0.065 0 0.1" size="0.06 0.195"
              quat="0.70710678118654757 0 -0.70710678118654746 0"/>
          </body>
        </body>
      </body>
    </body>
  </worldbody>
  <actuator>
    <motor joint="thigh"/>
    <motor joint="leg"/>
    <motor joint="foot"/>
  </actuator>
</mujoco>`;

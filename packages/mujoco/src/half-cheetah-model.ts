const joints = { bthigh: 120, bshin: 90, bfoot: 60, fthigh: 120, fshin: 60, ffoot: 30 };

/**
 * The HalfCheetah in MuJoCo's MJCF: a torso with a back and a front leg in a plane, six motors, 5 × 10 ms per step.
 * Its numbers are those of Gymnasium 1.4.0's half_cheetah.xml (MIT licence).
 */
export const halfCheetahModel: string = `
<mujoco model="half-cheetah">
  <compiler angle="radian" inertiafromgeom="true" settotalmass="14"/>
  <size memory="256K"/>
  <option gravity="0 0 -9.81" timestep="0.01"/>
  <default>
    <joint type="hinge" axis="0 1 0" armature="0.1" damping="0.01" limited="true" stiffness="8"
      solimplimit="0 0.8 0.03" solreflimit="0.02 1"/>
    <geom type="capsule" rgba="0.88 0.66 0.27 1" contype="1" conaffinity="0" condim="3" friction="0.4 0.1 0.1"
      solimp="0 0.8 0.01" solref="0.02 1"/>
    <motor ctrllimited="true" ctrlrange="-1 1"/>
    <default class="root">
      <joint armature="0" damping="0" limited="false" stiffness="0"/>
    </default>
  </default>
  <worldbody>
    <geom name="floor" type="plane" conaffinity="1" size="40 40 40"/>
    <body name="torso" pos="0 0 0.7">
      <joint class="root" name="rootx" type="slide" axis="1 0 0"/>
      <joint class="root" name="rootz" type="slide" axis="0 0 1"/>
      <joint class="root" name="rooty"/>
      <geom name="torso" fromto="-0.5 0 0 0.5 0 0" size="0.046"/>
      <geom name="head" axisangle="0 1 0 0.87" pos="0.6 0 0.1" size="0.046 0.15"/>
      <body name="bthigh" pos="-0.5 0 0">
        <joint name="bthigh" damping="6" range="-0.52 1.05" stiffness="240"/>
        <geom name="bthigh" rgba="0.70 0.42 0.25 1" axisangle="0 1 0 -3.8" pos="0.1 0 -0.13" size="0.046 0.145"/>
        <body name="bshin" pos="0.16 0 -0.25">
          <joint name="bshin" damping="4.5" range="-0.785 0.785" stiffness="180"/>
          <geom name="bshin" rgba="0.70 0.42 0.25 1" axisangle="0 1 0 -2.03" pos="-0.14 0 -0.07" size="0.046 0.15"/>
          <body name="bfoot" pos="-0.28 0 -0.14">
            <joint name="bfoot" damping="3" range="-0.4 0.785" stiffness="120"/>
            <geom name="bfoot" rgba="0.55 0.30 0.18 1" axisangle="0 1 0 -0.27" pos="0.03 0 -0.097" size="0.046 0.094"/>
          </body>
        </body>
      </body>
      <body name="fthigh" pos="0.5 0 0">
        <joint name="fthigh" damping="4.5" range="-1 0.7" stiffness="180"/>
        <geom name="fthigh" rgba="0.80 0.54 0.24 1" axisangle="0 1 0 0.52" pos="-0.07 0 -0.12" size="0.046 0.133"/>
        <body name="fshin" pos="-0.14 0 -0.24">
          <joint name="fshin" damping="3" range="-1.2 0.87" stiffness="120"/>
          <geom name="fshin" rgba="0.80 0.54 0.24 1" axisangle="0 1 0 -0.6" pos="0.065 0 -0.09" size="0.046 0.106"/>
          <body name="ffoot" pos="0.13 0 -0.18">
            <joint name="ffoot" damping="1.5" range="-0.5 0.5" stiffness="60"/>
            <geom name="ffoot" rgba="0.62 0.38 0.16 1" axisangle="0 1 0 -0.6" pos="0.045 0 -0.07" size="0.046 0.07"/>
          </body>
        </body>
      </body>
    </body>
  </worldbody>
  <actuator>
    ${Object.entries(joints)
      .map(([joint, gear]) => `<motor joint="${joint}" gear="${gear}"/>`)
      .join('\n    ')}
  </actuator>
</mujoco>`;

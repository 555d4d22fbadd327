/** An arm of three links in space beside a wall, with a mesh as its tip, which is in the file `tip.stl`. */
export const arm = `
<mujoco>
  <size memory="256K"/>
  <option timestep="0.001" integrator="Euler"><flag eulerdamp="disable"/></option>
  <asset><mesh name="tip" file="tip.stl"/></asset>
  <worldbody>
    <camera name="above" pos="0 0 3"/>
    <geom name="wall" type="box" pos="0 1.2 0" size="2 0.2 2"/>
    <body name="shoulder" quat="0.9 0.1 0 0">
      <joint name="a" axis="0 0 1"/>
      <geom type="capsule" fromto="0 0 0 0.5 0 0" size="0.05" contype="0" conaffinity="0"/>
      <body name="elbow" pos="0.5 0 0">
        <joint name="b" axis="0 1 0.2"/>
        <geom type="capsule" fromto="0 0 0 0.4 0 0" size="0.04" contype="0" conaffinity="0"/>
        <body name="hand" pos="0.4 0 0">
          <joint name="c" axis="1 0 0"/>
          <geom name="tip" type="mesh" mesh="tip" pos="0.1 0 0"/>
          <body name="still" pos="0.2 0.05 0"><site name="tip" pos="0 0.1 0.02" quat="0.8 0 0.2 0.1"/></body>
        </body>
      </body>
    </body>
  </worldbody>
  <actuator>
    <motor name="a" joint="a"/>
    <motor name="b" joint="b" ctrllimited="true" ctrlrange="-2 2"/>
    <motor name="c" joint="c"/>
  </actuator>
</mujoco>`;

/** A tetrahedron with edges of `size` along the axes, as a binary STL file: a header of 80 bytes, a count, 50 bytes a triangle. */
export function tetrahedron(size: number): Uint8Array {
  const [o, x, y, z] = [
    [0, 0, 0],
    [size, 0, 0],
    [0, size, 0],
    [0, 0, size],
  ];
  const triangles = [
    [o, y, x],
    [o, x, z],
    [o, z, y],
    [x, y, z],
  ];
  const file = new DataView(new ArrayBuffer(84 + 50 * triangles.length));
  file.setUint32(80, triangles.length, true);
  for (const [i, corners] of triangles.entries()) {
    for (const [j, value] of corners.flat().entries()) file.setFloat32(84 + 50 * i + 12 + 4 * j, value, true);
  }
  return new Uint8Array(file.buffer);
}

import { expect, it } from 'vitest';

import { controlRanges } from './control-ranges.ts';

const model = (motors: string): string => `
<mujoco>
  <worldbody>
    <body><joint name="a" type="hinge"/><geom size="0.1"/></body>
  </worldbody>
  <actuator>${motors}</actuator>
</mujoco>`;

it('are those of the motors in their order, and −1 … 1 of one without limits', async () => {
  const motors = '<motor joint="a" ctrlrange="-0.5 2"/><motor joint="a"/><motor joint="a" ctrlrange="0 3"/>';
  expect(await controlRanges(model(motors))).toEqual([
    [-0.5, 2],
    [-1, 1],
    [0, 3],
  ]);
  expect(await controlRanges(model(''))).toEqual([]);
});

it('says what is wrong with a model', async () => {
  await expect(controlRanges(model('<motor joint="b"/>'))).rejects.toThrow("unknown transmission target 'b'");
});

export { halfCheetah } from './half-cheetah.ts';
export { hopper } from './hopper.ts';
export type { LocomotionOptions, Version } from './locomotion.ts';
export { walker2d } from './walker2d.ts';

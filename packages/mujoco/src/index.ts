export { hopper } from './hopper.ts';
export type { LocomotionOptions, Version } from './locomotion.ts';

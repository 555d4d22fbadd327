export { canDemonstrator } from './demonstrators/can-demonstrator.ts';
export type { Demonstrator } from './demonstrators/demonstrator.ts';
export { liftDemonstrator } from './demonstrators/lift-demonstrator.ts';
export { squareDemonstrator } from './demonstrators/square-demonstrator.ts';
export { checkMeshes, type MeshOptions, provisionMeshes, robosuiteMeshes } from './meshes.ts';
export type { Objects } from './models/can-model.ts';
export type { Reward, Robosuite, RobosuiteOptions } from './robosuite-env.ts';
export { can, lift, square, transport } from './robosuite.ts';
export type { LiftOptions, ObjectOptions, TransportOptions } from './robosuite.ts';

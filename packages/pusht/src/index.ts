export { coverage } from './coverage.ts';
export { enough, type Pusht, pusht, type PushtOptions } from './pusht.ts';
export type { Start } from './start.ts';
export { corners, fieldSize, goal, type Pose } from './tee.ts';

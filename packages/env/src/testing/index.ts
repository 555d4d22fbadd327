export { describeEnv } from './describe-env.ts';
export { describeVecEnv } from './describe-vec-env.ts';

import { puck } from './puck.ts';

/** As `workers` of @dppo/env and `dppo --environment` take an environment. */
export default puck;

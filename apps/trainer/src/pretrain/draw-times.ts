import { betaTime, logitNormalTime, uniformTime } from '@dppo/agent';

/** How times are drawn, by `--flow-times`. */
export const drawTimes = { uniform: uniformTime, beta: betaTime, 'logit-normal': logitNormalTime };

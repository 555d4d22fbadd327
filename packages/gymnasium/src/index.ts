export type { RgbPicture } from '@dppo/env';
export { gymnasium, type GymnasiumEnv, type GymnasiumOptions, type Space } from './gymnasium.ts';

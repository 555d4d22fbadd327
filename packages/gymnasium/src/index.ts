export {
  gymnasium,
  type GymnasiumEnv,
  type GymnasiumOptions,
  type RgbPicture,
  type Space,
} from './gymnasium.ts';

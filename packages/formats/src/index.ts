export type { DemonstrationSource, Episode, Format, ReadOptions } from './demonstration-source.ts';
export { openDemonstrations } from './open-demonstrations.ts';
export { type LerobotOptions, writeLerobot } from './write-lerobot.ts';
export { type RobomimicOptions, writeRobomimic } from './write-robomimic.ts';
export type { WrittenEpisodes } from './written-episodes.ts';

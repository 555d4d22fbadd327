export { openDemonstrations } from './open-demonstrations.ts';
export type { Episode, Format, ReadOptions, DemonstrationSource } from './demonstration-source.ts';

import { existsSync, readFileSync, readdirSync } from 'node:fs';

import type { Files } from '@dppo/mujoco';

import { robosuiteMeshes } from '../src/meshes.ts';

const recorded = new URL('../../../../shared/golden/manipulation/models/meshes/', import.meta.url);

/** The meshes beside the complete recordings; where there are none, those of the user's cache, which are downloaded at first use. */
export const meshes: Files = existsSync(recorded)
  ? Object.fromEntries(readdirSync(recorded).map((name) => [name, readFileSync(new URL(name, recorded))]))
  : await robosuiteMeshes();

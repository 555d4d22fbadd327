import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, expect, it, vi } from 'vitest';

import { smallLift } from '../../test/small-policies.ts';
import { armDemonstrators } from '../pretrain/demonstrate-arm.ts';
import { environmentFor } from './environment.ts';
import { namedTask } from './tasks.ts';

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

it.each([
  { who: 'a policy', make: () => environmentFor(smallLift, { count: 1 }) },
  { who: 'a demonstrator', make: () => armDemonstrators('lift', { episodes: 1, seed: 0 }) },
  { who: 'a film', make: () => namedTask('lift').make(0) },
])('says that it downloads meshes for $who, before any thread begins', async ({ make }) => {
  const folder = mkdtempSync(join(tmpdir(), 'dppo-'));
  const pip = '#!/bin/sh\n[ "$1" = --version ] && exit 0\necho ERROR: none today >&2\nexit 1\n';
  writeFileSync(join(folder, 'pip'), pip, { mode: 0o755 });
  vi.stubEnv('PATH', folder);
  vi.stubEnv('XDG_CACHE_HOME', folder);
  const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  // An error of a thread would begin with the number of its environment.
  await expect(make()).rejects.toThrow(
    /^robosuiteMeshes: robosuite's meshes cannot be had: pip could not download robosuite==1\.4\.1: none today$/,
  );
  expect(stderr.mock.calls).toEqual([['downloading robosuite 1.4.1 (194 MB)\n']]);
});

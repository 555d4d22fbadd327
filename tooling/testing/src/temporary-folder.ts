import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { TestProject } from 'vitest/node';

/** Gives all tests, and the programs that they start, one temporary folder that is gone after them. */
export function setup(project: TestProject): (() => Promise<void>) | undefined {
  if (project !== project.vitest.getRootProject()) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'dppo-'));
  process.env['TMPDIR'] = folder;
  // A program that was killed may write to its end: tries again for 20 s.
  return () => rm(folder, { recursive: true, maxRetries: 20 });
}

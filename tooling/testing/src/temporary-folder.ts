import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { TestProject } from 'vitest/node';

/** Gives all tests, and the programs that they start, one temporary folder that is gone after them. */
export function setup(project: TestProject): (() => void) | undefined {
  if (project !== project.vitest.getRootProject()) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'dppo-'));
  process.env['TMPDIR'] = folder;
  // A program that was killed may write to its end.
  return () => rmSync(folder, { recursive: true, maxRetries: 3 });
}

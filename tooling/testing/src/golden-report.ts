import type { TestCase, TestModule } from 'vitest/node';

/** What the tests of one file of recordings came to on one backend. */
interface Row {
  readonly file: string;
  readonly backend: string;
  readonly counts: { passed: number; failed: number; skipped: number };
  /** The largest difference, and the largest in parts of its tolerance. */
  absolute: number;
  relative: number;
}

/** Files of recordings, by their paths in their directory, and the backends that they were tested on. */
export interface Tested {
  readonly files: readonly string[];
  readonly backends: readonly string[];
}

/** A table of what the tests found for each of the files, then why something was skipped and what failed. */
export function goldenReport(
  { files, backends }: Tested,
  modules: readonly TestModule[],
): { readonly text: string; readonly failed: boolean } {
  const rows = files.flatMap((file) => backends.map((backend) => emptyRow(file, backend)));
  const failures: string[] = [];
  const skips = new Map<string, Set<string>>();
  for (const module of modules) {
    const backend = module.project.name;
    for (const { message } of module.errors()) {
      // Tests of a folder that the directory does not have.
      if (message.startsWith('No test suite found')) continue;
      failures.push(`${module.relativeModuleId} (${backend}): ${message}`);
    }
    for (const test of module.children.allTests()) {
      const { state, errors = [], ...result } = test.result();
      if (state === 'pending') continue;
      if (state === 'failed') {
        failures.push(`${test.fullName} (${backend}): ${errors.map(({ message }) => message).join('; ')}`);
      }
      const file = fileOf(test);
      const row = rows.find((each) => each.file === file && each.backend === backend);
      if (row === undefined) continue;
      row.counts[state] += 1;
      const { absolute = 0, relative = 0 } = test.meta().largestError ?? {};
      row.absolute = Math.max(row.absolute, absolute);
      row.relative = Math.max(row.relative, relative);
      if (state !== 'skipped') continue;
      const reason = `${file}: ${'note' in result && result.note ? result.note : 'skipped by its test'}`;
      skips.set(reason, (skips.get(reason) ?? new Set()).add(test.name));
    }
  }
  for (const { file, counts } of rows) {
    if (Object.values(counts).every((count) => count === 0))
      skips.set(`${file}: no test reads it`, new Set());
  }
  const lines = [
    ...table(rows),
    ...[...skips].map(
      ([reason, tests]) => `skipped  ${reason}${tests.size > 0 ? ` (${[...tests].join('; ')})` : ''}`,
    ),
    ...failures.map((failure) => `FAILED  ${failure}`),
  ];
  return { text: lines.join('\n'), failed: failures.length > 0 };
}

function emptyRow(file: string, backend: string): Row {
  return { file, backend, counts: { passed: 0, failed: 0, skipped: 0 }, absolute: 0, relative: 0 };
}

/** A test belongs to the file that its outermost describe is titled with. */
function fileOf(test: TestCase): string {
  let title = test.name;
  for (let { parent } = test; parent.type === 'suite'; { parent } = parent) title = parent.name;
  return title;
}

function table(rows: readonly Row[]): string[] {
  const cells = [
    ['file', 'backend', 'passed', 'failed', 'skipped', 'largest error', 'of its tolerance'],
    ...rows.map(({ file, backend, counts: { passed, failed, skipped }, absolute, relative }) => [
      file,
      backend,
      ...[passed, failed, skipped].map(String),
      ...(passed + failed === 0
        ? ['-', '-']
        : [absolute.toExponential(1), `${(100 * relative).toPrecision(2)} %`]),
    ]),
  ];
  const widths = cells[0].map((_, i) => Math.max(...cells.map((row) => row[i].length)));
  return cells.map((row) =>
    row.map((cell, i) => (i < 2 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join('  '),
  );
}

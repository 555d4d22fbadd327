import type { TestModule, TestProject } from 'vitest/node';

/** Says below the report of a run how many of its tests ran out of time, if any did. */
export function setup(project: TestProject): (() => void) | undefined {
  const { vitest } = project;
  if (project !== vitest.getRootProject()) return undefined;
  return () => {
    const count = outOfTime(vitest.state.getTestModules());
    if (count > 0) process.stdout.write(`${count} ${count === 1 ? 'test' : 'tests'} ran out of time\n`);
  };
}

/** How many tests, or hooks around several, ran out of time. */
export function outOfTime(modules: readonly TestModule[]): number {
  const errors = modules.flatMap((module) => [
    module.errors(),
    ...[...module.children.allSuites()].map((suite) => suite.errors()),
    ...[...module.children.allTests()].map((test) => test.result().errors ?? []),
  ]);
  return errors.filter((ofOne) => ofOne.some(({ message }) => / timed out (in|after) \d+ms/.test(message)))
    .length;
}

/** What a run has taken so far, all its stretches together, in seconds. */
export interface Taken {
  /** By the clock, pauses between its stretches left out. */
  readonly seconds: number;
  /** Of processors, in all threads of its processes; NaN where a stretch did not record it. */
  readonly cpuSeconds: number;
}

/** Tells what a run has taken, which had taken so much `before` the call. */
export function clock(
  before: Taken = { seconds: 0, cpuSeconds: 0 },
  now: () => number = () => performance.now(),
  cpuUsage: () => NodeJS.CpuUsage = () => process.cpuUsage(),
): () => Taken {
  const cpuNow = (): number => {
    const { user, system } = cpuUsage();
    return (user + system) / 1e6;
  };
  const [began, cpuBegan] = [now(), cpuNow()];
  return () => ({
    seconds: before.seconds + (now() - began) / 1000,
    cpuSeconds: before.cpuSeconds + cpuNow() - cpuBegan,
  });
}

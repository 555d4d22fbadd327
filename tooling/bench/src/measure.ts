import type { Contender } from './contender.ts';
import { median } from './median.ts';
import type { Measured } from './phase.ts';

// Phases that take longer to warm up are measured once.
const longSeconds = 15;

/** What a contender took, and how many times as long as the first. */
export interface Compared extends Measured {
  readonly times: number;
}

/**
 * A phase in all contenders that have it, in turn: medians of that many rounds, after one that warms up. A ratio is of one round,
 * whose measurements are neighbours, so that a machine that slows down does not move it.
 */
export async function measure(
  contenders: Readonly<Record<string, Contender>>,
  phase: string,
  rounds: number,
): Promise<Record<string, Compared>> {
  const able = Object.entries(contenders).filter(([, { phases }]) =>
    phases.some(({ name }) => name === phase),
  );
  const round = async (): Promise<Record<string, Measured>> => {
    const taken: Record<string, Measured> = {};
    for (const [name, each] of able) taken[name] = await each.measure(phase);
    return taken;
  };
  const first = await round();
  const isLong = Object.values(first).some(({ wall }) => wall >= longSeconds);
  const all: Record<string, Measured>[] = [];
  for (let i = 0; i < (isLong ? 1 : rounds); i++) all.push(await round());
  return Object.fromEntries(
    able.map(([name]) => [
      name,
      {
        wall: median(all.map((taken) => taken[name].wall)),
        cpu: median(all.map((taken) => taken[name].cpu)),
        rss: Math.max(...all.map((taken) => taken[name].rss)),
        times: median(all.map((taken) => taken[name].wall / taken[able[0][0]].wall)),
      },
    ]),
  );
}

import { describe, expect, it } from 'vitest';

import { simulatedClock } from '../../test/simulated-clock.ts';
import { wallClock } from './clock.ts';
import { drive, type Robot } from './drive.ts';
import { realTime } from './real-time.ts';

const sizes = { obsDim: 1, condSteps: 1, horizonSteps: 4, actionDim: 1 };

/** A chunk of what is seen. */
function repeated([obs]: Float32Array): number[] {
  return [obs, obs, obs, obs];
}

/** A robot that senses what it is told, keeps its actions and their times, and the controller that repeats what it sensed. */
function standing(observe: (n: number) => number | Promise<number> = () => 0) {
  const clock = simulatedClock();
  const taken: [time: number, action: number][] = [];
  let stops = 0;
  let seen = 0;
  const robot: Robot = {
    observe: async () => [await observe(seen++)],
    act: ([action]) => void taken.push([Math.round(clock.now() * 1e6) / 1e6, action]),
    stop: () => void stops++,
  };
  const controller = realTime({ ...sizes, act: repeated }, { controlHz: 10, actSteps: 1, clock });
  return { clock, taken, robot, controller, stops: () => stops };
}

describe('drive', () => {
  it('observes and acts at the times of the ticks, as often as asked, and makes the robot safe', async () => {
    const { clock, taken, robot, controller, stops } = standing((n) => n);
    const metrics = await drive(controller, robot, { clock, ticks: 4 });
    expect(taken).toEqual([
      [0, 0],
      [0.1, 1],
      [0.2, 2],
      [0.3, 3],
    ]);
    expect(metrics).toMatchObject({ ticks: 4, skipped: 0, plans: 4 });
    expect(stops()).toBe(1);
    // Another episode, on the same clock.
    await expect(drive(controller, robot, { clock, ticks: 2 })).resolves.toMatchObject({ ticks: 6 });
  });

  it('leaves out the ticks that a slow robot has no time for, and makes up for none', async () => {
    const { clock, taken, robot, controller } = standing();
    const slow = {
      ...robot,
      observe: async () => {
        // Tick 2 is late by 0.05 s, and 4 and 5 are over when 3 ends.
        if (taken.length === 1) await clock.until(clock.now() + 0.15);
        if (taken.length === 3) await clock.until(clock.now() + 0.31);
        return [0];
      },
    };
    const { skipped } = await drive(controller, slow, { clock, ticks: 9 });
    expect(taken.map(([time]) => time)).toEqual([0, 0.25, 0.25, 0.61, 0.61, 0.7, 0.8]);
    expect(skipped).toBe(2);
  });

  it('sends nothing while the first chunk is planned', async () => {
    const { clock, taken, robot } = standing();
    const act = async () => (await clock.after(0.25), new Float32Array(4));
    const controller = realTime({ ...sizes, act }, { controlHz: 10, actSteps: 1, clock });
    await drive(controller, robot, { clock, ticks: 5 });
    expect(taken.map(([time]) => time)).toEqual([0.3, 0.4]);
  });

  it('ends between two ticks when it is told to', async () => {
    const { clock, taken, robot, controller, stops } = standing();
    const stop = new AbortController();
    const act = (action: Float32Array) => {
      if (taken.length === 2) stop.abort();
      return robot.act(action);
    };
    await drive(controller, { ...robot, act }, { clock, signal: stop.signal });
    expect(taken).toHaveLength(3);
    expect(stops()).toBe(1);
  });

  it.each<[string, Partial<Robot>, string]>([
    ['cannot observe', { observe: () => Promise.reject(new Error('cable')) }, 'cable'],
    ['senses NaN', { observe: () => [NaN] }, 'realTime: observation is [NaN]'],
    ['cannot act', { act: () => Promise.reject(new Error('motor')) }, 'motor'],
  ])('makes a robot safe that %s, and says so', async (_, broken, message) => {
    const { clock, robot, controller, stops } = standing();
    await expect(drive(controller, { ...robot, ...broken }, { clock })).rejects.toThrow(message);
    expect(stops()).toBe(1);
  });

  it('makes the robot safe where planning fails, one tick later', async () => {
    const { clock, robot, taken, stops } = standing();
    let plans = 0;
    const act = () =>
      plans++ < 2 ? new Float32Array(4) : Promise.reject<Float32Array>(new Error('no connection'));
    const controller = realTime({ ...sizes, act }, { controlHz: 10, actSteps: 1, clock });
    await expect(drive(controller, robot, { clock })).rejects.toThrow('no connection');
    expect(taken).toHaveLength(3);
    expect(stops()).toBe(1);
  });
});

describe('wallClock', () => {
  it('is never early, does not wait for what is over, and waits no longer when it is told to', async () => {
    for (let i = 0; i < 20; i++) {
      const time = wallClock.now() + i / 10_000;
      await wallClock.until(time);
      expect(wallClock.now()).toBeGreaterThanOrEqual(time);
    }
    await wallClock.until(0);
    const stop = new AbortController();
    const waiting = wallClock.until(wallClock.now() + 1e5, stop.signal);
    stop.abort();
    await waiting;
    await wallClock.until(wallClock.now() + 1e5, stop.signal);
  });
});

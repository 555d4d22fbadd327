import { describe, expect, it, onTestFinished } from 'vitest';

import { aborted } from '../aborted.ts';
import type { Cluster, Compute, Task } from '../cluster.ts';
import { digestOf } from '../digest-of.ts';

/** Registers with vitest the tests that every `Cluster` passes, on those that `make` makes, titled `name`; each has one worker, which computes. */
export function clusterTests(name: string, make: (compute: Compute) => Cluster | Promise<Cluster>): void {
  async function made(compute: Compute): Promise<Cluster> {
    const cluster = await make(compute);
    onTestFinished(() => cluster.close());
    return cluster;
  }

  describe(`${name} as a Cluster`, () => {
    it('gives results in the order of the tasks, whichever is done first', async () => {
      let isLast = false;
      const cluster = await made(async ({ kind, data }) => {
        if (kind === 'last') isLast = true;
        return Uint8Array.of(...data, isLast ? 1 : 0);
      });
      const results = await cluster.map([task('first', 3), task('first', 1), task('last', 2)]);
      expect(results.map(([value]) => value)).toEqual([3, 1, 2]);
      expect(results.map(([, last]) => last)).toEqual([0, 0, 1]);
    });

    it('gives nothing for no tasks', async () => {
      const cluster = await made(echo);
      expect(await cluster.map([])).toEqual([]);
    });

    it('gives the results of 1,000 tasks', async () => {
      const cluster = await made(echo);
      const results = await cluster.map(
        Array.from({ length: 1000 }, (_, i) => task('echo', i >> 8, i & 255)),
      );
      expect(results.map(([high, low]) => 256 * high + low)).toEqual(
        Array.from({ length: 1000 }, (_, i) => i),
      );
    });

    it('brings 50 MB of shared bytes to those who need them, and lets go of them', async () => {
      const bytes = noise(50_000_000);
      const cluster = await made(async ({ shared }, get) => {
        const found = await get(shared[0]);
        return new TextEncoder().encode(`${found.length} ${digestOf(found)}`);
      });
      const shared = await cluster.share(bytes);
      expect(shared).toBe(digestOf(bytes));
      expect(await cluster.share(bytes)).toBe(shared);
      const ask = { kind: 'length', shared: [shared], data: new Uint8Array() };
      const [first, second] = await cluster.map([ask, ask]);
      expect(new TextDecoder().decode(first)).toBe(`50000000 ${shared}`);
      expect(second).toEqual(first);
      await cluster.forget(shared, shared);
      await expect(cluster.map([ask])).rejects.toThrow(shared);
    });

    it('brings back results of 20 MB, and empty ones', async () => {
      const cluster = await made(async ({ data: [megabytes] }) => noise(megabytes * 1_000_000));
      const [large, empty] = await cluster.map([task('noise', 20), task('noise', 0)]);
      expect(digestOf(large)).toBe(digestOf(noise(20_000_000)));
      expect(empty).toEqual(new Uint8Array());
    });

    it('takes tasks with 2 MB of their own', async () => {
      const cluster = await made(echo);
      const data = noise(2_000_000);
      const results = await cluster.map([{ kind: 'echo', shared: [], data }, task('echo', 1)]);
      expect(results.map(digestOf)).toEqual([digestOf(data), digestOf(Uint8Array.of(1))]);
    });

    it('keeps what it is given as it was then, and leaves it alone', async () => {
      const cluster = await made(async ({ data, shared }, get) =>
        Uint8Array.of(...data, ...(await get(shared[0]))),
      );
      const bytes = Uint8Array.of(0, 1, 2, 3);
      const shared = await cluster.share(bytes.subarray(1, 3));
      bytes.fill(9);
      const data = Uint8Array.of(5);
      expect(await cluster.map([{ kind: 'join', shared: [shared], data }])).toEqual([Uint8Array.of(5, 1, 2)]);
      expect([bytes, data]).toEqual([new Uint8Array(4).fill(9), Uint8Array.of(5)]);
    });

    it('computes a task that threw once more', async () => {
      let calls = 0;
      const cluster = await made(async ({ data }) => {
        calls++;
        if (calls === 1) throw new Error('not yet');
        return data;
      });
      expect(await cluster.map([task('echo', 7)])).toEqual([Uint8Array.of(7)]);
      expect(calls).toBe(2);
    });

    it("rejects with a task's own error where it threw twice, and goes on", async () => {
      let calls = 0;
      const cluster = await made(async ({ kind, data }) => {
        if (kind === 'echo') return data;
        calls++;
        throw new Error('environment 3 of seed 41 fell through the floor');
      });
      await expect(cluster.map([task('echo', 1), task('fall', 2)])).rejects.toThrow(
        'environment 3 of seed 41 fell through the floor',
      );
      expect(calls).toBe(2);
      expect(await cluster.map([task('echo', 3)])).toEqual([Uint8Array.of(3)]);
    });

    it('refuses tasks that name shared bytes which nobody shared, and hands out no others', async () => {
      const stranger = digestOf(Uint8Array.of(1));
      const cluster = await made(async (_, get) => get(stranger));
      await expect(
        cluster.map([{ kind: 'read', shared: [stranger], data: new Uint8Array() }]),
      ).rejects.toThrow(stranger);
      await cluster.share(Uint8Array.of(1));
      await expect(cluster.map([task('read')])).rejects.toThrow(stranger);
    });

    it('gives each of two maps at once its own results', async () => {
      const cluster = await made(echo);
      const numbers = [0, 1, 2, 3];
      const maps = [0, 10].map((from) => cluster.map(numbers.map((i) => task('echo', from + i))));
      expect(await Promise.all(maps)).toEqual(
        [0, 10].map((from) => numbers.map((i) => Uint8Array.of(from + i))),
      );
    });

    it('drops the tasks of a map that is aborted, tells who computes them, and goes on', async () => {
      const stop = new AbortController();
      const cluster = await made(async ({ kind, data }, _, signal) => {
        if (kind === 'echo') return data;
        stop.abort(new Error('enough'));
        return aborted(signal);
      });
      await expect(cluster.map([task('wait'), task('wait')], { signal: stop.signal })).rejects.toThrow(
        'enough',
      );
      await expect(cluster.map([task('echo', 1)], { signal: stop.signal })).rejects.toThrow('enough');
      expect(await cluster.map([task('echo', 2)])).toEqual([Uint8Array.of(2)]);
    });

    it('says who computed how much', async () => {
      const cluster = await made(echo);
      await cluster.map([task('echo'), task('echo')]);
      await expect.poll(() => cluster.workers().map(({ computed }) => computed)).toEqual([2]);
    });

    it('rejects what is open when it is closed, and everything after that', async () => {
      const computing = new AbortController();
      const cluster = await made(async (_, __, signal) => {
        computing.abort();
        return aborted(signal);
      });
      const open = cluster.map([task('wait')]).catch(String);
      await expect.poll(() => computing.signal.aborted).toBe(true);
      await cluster.close();
      expect(await open).toContain('closed');
      await cluster.close();
      await expect(cluster.map([task('wait')])).rejects.toThrow('closed');
      await expect(cluster.share(Uint8Array.of(1))).rejects.toThrow('closed');
    });
  });
}

function task(kind: string, ...data: readonly number[]): Task {
  return { kind, shared: [], data: Uint8Array.from(data) };
}

async function echo({ data }: Task): Promise<Uint8Array> {
  return data;
}

/** So many bytes that are the same each time, and not alike. */
function noise(length: number): Uint8Array {
  const words = new Uint32Array(Math.ceil(length / 4));
  for (let i = 0, state = 1; i < words.length; i++) {
    state = Math.imul(state, 1_664_525) + 1_013_904_223;
    words[i] = state ^ (state >>> 16);
  }
  return new Uint8Array(words.buffer, 0, length);
}

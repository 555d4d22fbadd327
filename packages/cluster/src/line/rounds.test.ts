import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { Ticket } from './messages.ts';
import { type Rounds, emptyRounds } from './rounds.ts';

const silence = 100;
const alone = 1000;

/** A round that has begun at 0, and how it ends. */
function begun(
  rounds: Rounds,
  count: number,
  { round = 'r', twice = false } = {},
): { readonly results: number[]; readonly errors: string[] } {
  const ended: { results: number[]; errors: string[] } = { results: [], errors: [] };
  rounds.begin(
    round,
    Array.from({ length: count }, () => ({ kind: 'kind', twice })),
    0,
    {
      resolve: (results) => ended.results.push(...results.map(([value]) => value)),
      reject: (error) => ended.errors.push(error.message),
    },
  );
  return ended;
}

const result = ({ index }: Ticket): Uint8Array => Uint8Array.of(index);

describe('emptyRounds', () => {
  it('gives tasks in their order, one to each worker', () => {
    const rounds = emptyRounds({ silence, alone });
    begun(rounds, 2);
    expect(['a', 'b', 'c'].map((worker) => rounds.claim(worker, 0)?.index)).toEqual([0, 1, undefined]);
  });

  it('gives what a worker held to the next as soon as it asks anew', () => {
    const rounds = emptyRounds({ silence, alone });
    begun(rounds, 2);
    rounds.claim('a', 0);
    expect(rounds.claim('a', 1)?.index).toBe(0);
  });

  it('gives the task of a silent worker to another, and takes what that one brings late', () => {
    const rounds = emptyRounds({ silence, alone });
    const ended = begun(rounds, 1);
    const ticket = rounds.claim('a', 0)!;
    rounds.expire(silence, 0);
    expect(rounds.claim('b', silence)).toBeUndefined();
    rounds.expire(silence + 1, 0);
    expect(rounds.claim('b', silence + 1)).toEqual(ticket);
    rounds.take('a', ticket, result(ticket), silence + 2);
    rounds.take('b', ticket, Uint8Array.of(9), silence + 3);
    expect(ended.results).toEqual([0]);
    expect(rounds.workers()).toEqual([
      { name: 'b', computed: 0 },
      { name: 'a', computed: 1 },
    ]);
  });

  it('does not count the time in which nobody could be heard as silence', () => {
    const rounds = emptyRounds({ silence, alone });
    begun(rounds, 1);
    rounds.claim('a', 0);
    rounds.expire(10 * silence, 9.5 * silence);
    expect(rounds.workers()).toHaveLength(1);
  });

  it('gives up a task with which five workers were lost', () => {
    const rounds = emptyRounds({ silence, alone });
    const ended = begun(rounds, 1);
    for (let i = 0; i < 5; i++) {
      expect(ended.errors).toEqual([]);
      expect(rounds.claim(`w${i}`, 200 * i)?.index).toBe(0);
      rounds.expire(200 * i + 150, 0);
    }
    expect(ended.errors.join()).toContain('5 workers that were lost, the last of them w4');
  });

  it('issues what is open at twice the time of 60 % of the tasks once more, and once only', () => {
    const rounds = emptyRounds({ silence, alone });
    begun(rounds, 5);
    const tickets = ['a', 'b', 'c', 'd', 'e'].map((worker) => rounds.claim(worker, 0)!);
    for (const i of [0, 1, 2]) rounds.take('abc'[i], tickets[i], result(tickets[i]), 10 + i);
    expect(rounds.claim('a', 23)).toBeUndefined();
    expect(rounds.claim('a', 24)).toEqual(tickets[3]);
    expect(rounds.claim('b', 24)).toEqual(tickets[4]);
    expect(rounds.claim('c', 90)).toBeUndefined();
  });

  it('gives a task that threw to another worker, and ends with its own error where it throws there too', () => {
    const rounds = emptyRounds({ silence, alone });
    const ended = begun(rounds, 1);
    rounds.hear('b', 0);
    const ticket = rounds.claim('a', 0)!;
    rounds.fail('a', ticket, 'boom');
    rounds.fail('a', ticket, 'boom');
    expect(rounds.claim('a', 1)).toBeUndefined();
    expect(rounds.claim('b', 1)).toEqual(ticket);
    rounds.fail('b', ticket, 'boom again');
    expect(ended.errors).toEqual(['boom again (task 0, kind, on a and b)']);
    expect(rounds.claim('a', 2)).toBeUndefined();
  });

  it('gives a task that threw to the same worker once more where there is no other', () => {
    const rounds = emptyRounds({ silence, alone });
    const ended = begun(rounds, 1);
    const ticket = rounds.claim('a', 0)!;
    rounds.fail('a', ticket, 'boom');
    expect(rounds.claim('a', 1)).toEqual(ticket);
    rounds.fail('a', ticket, 'boom');
    expect(ended.errors).toEqual(['boom (task 0, kind, on a)']);
  });

  it('takes a result once two workers have brought the same', () => {
    const rounds = emptyRounds({ silence, alone });
    const ended = begun(rounds, 2, { twice: true });
    const first = rounds.claim('a', 0)!;
    rounds.take('a', first, result(first), 1);
    expect(rounds.claim('a', 1)?.index).toBe(1);
    rounds.take('a', { round: 'r', index: 1 }, Uint8Array.of(1), 2);
    expect(rounds.claim('a', 2)).toBeUndefined();
    for (let ticket = rounds.claim('b', 3); ticket; ticket = rounds.claim('b', 3)) {
      rounds.take('a', ticket, Uint8Array.of(9), 3);
      rounds.take('b', ticket, result(ticket), 3);
    }
    expect(ended).toEqual({ results: [0, 1], errors: [] });
  });

  it.for([
    [Uint8Array.of(7, 8, 8), 'a and b: byte 2 of 3 is the first'],
    [Uint8Array.of(7, 8), 'a and b: 3 and 2 bytes'],
  ] as const)('ends a round in which two workers bring different results: %s', ([bytes, where]) => {
    const rounds = emptyRounds({ silence, alone });
    const ended = begun(rounds, 1, { twice: true });
    const ticket = rounds.claim('a', 0)!;
    rounds.take('a', ticket, Uint8Array.of(7, 8, 9), 1);
    rounds.take('b', rounds.claim('b', 2)!, bytes, 2);
    expect(ended.errors.join()).toContain('the result of task 0 (kind) differs between ');
    expect(ended.errors.join()).toContain(where);
  });

  it('waits for a second worker, and says so where there is none for too long', () => {
    const rounds = emptyRounds({ silence, alone });
    const ended = begun(rounds, 1, { twice: true });
    const ticket = rounds.claim('a', 0)!;
    rounds.hear('b', 850);
    rounds.take('a', ticket, result(ticket), 900);
    rounds.expire(950, 0);
    rounds.hear('a', 1900);
    rounds.expire(1900, 0);
    rounds.hear('a', 1950);
    rounds.expire(1950, 0);
    expect(ended.errors).toEqual([]);
    rounds.expire(1951, 0);
    expect(ended.errors.join()).toContain('second worker, and a has been the only one for 1 s');
  });

  it('ends a round whose task threw twice on the second worker', () => {
    const rounds = emptyRounds({ silence, alone });
    const ended = begun(rounds, 1, { twice: true });
    const ticket = rounds.claim('a', 0)!;
    rounds.take('a', ticket, result(ticket), 1);
    for (const now of [2, 3]) {
      expect(rounds.claim('b', now)).toEqual(ticket);
      rounds.fail('b', ticket, 'boom');
    }
    expect(ended.errors).toEqual(['boom (task 0, kind, on b)']);
  });

  it('has each result once, at its index, whoever comes, goes, dies and repeats himself', () => {
    const event = fc.record({
      worker: fc.constantFrom('a', 'b', 'c'),
      what: fc.constantFrom('claim', 'take', 'take late', 'leave', 'hear', 'expire'),
      wait: fc.nat(60),
    });
    fc.assert(
      fc.property(fc.nat(12), fc.boolean(), fc.array(event, { maxLength: 80 }), (count, twice, events) => {
        const rounds = emptyRounds({ silence, alone });
        const ended = begun(rounds, count, { twice });
        const held = new Map<string, Ticket>();
        const seen: Ticket[] = [];
        let now = 0;
        for (const { worker, what, wait } of events) {
          now += wait;
          const ticket = what === 'take late' ? seen[now % (seen.length + 1)] : held.get(worker);
          if (what === 'claim') {
            const given = rounds.claim(worker, now);
            if (given) seen.push(given);
            if (given) held.set(worker, given);
          } else if (what === 'leave') rounds.leave(worker);
          else if (what === 'hear') rounds.hear(worker, now);
          else if (what === 'expire') rounds.expire(now, 0);
          else if (ticket) rounds.take(worker, ticket, result(ticket), now);
        }
        for (const worker of ['a', 'b', 'c']) rounds.leave(worker);
        for (const worker of ['last', 'other']) {
          for (let ticket = rounds.claim(worker, now); ticket; ticket = rounds.claim(worker, now)) {
            rounds.take(worker, ticket, result(ticket), now);
          }
        }
        const everything = Array.from({ length: count }, (_, i) => i);
        // Five are lost with one task only where the events say so.
        const isGivenUp = ended.errors.join().includes('5 workers that were lost');
        expect(ended).toEqual(
          isGivenUp ? { results: [], errors: ended.errors } : { results: everything, errors: [] },
        );
      }),
    );
  });
});

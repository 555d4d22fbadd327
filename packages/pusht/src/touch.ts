import { contact, type Contact } from './contact.ts';

/** What one pair of shapes had to do with one another in the last steps. */
export interface Touch {
  /** The contacts that it has now, or had last. */
  readonly contacts: readonly [Contact, Contact];
  /** How many of them there are. */
  count: number;
  /** The step in which they last touched. */
  step: number;
  /** Whether they touched in the step before that one too. */
  lasting: boolean;
}

/** Steps for which impulses are kept after shapes parted. */
const kept = 3;

/** A pair of shapes that never touched. */
export function touch(): Touch {
  return { contacts: [contact(), contact()], count: 0, step: -Infinity, lasting: false };
}

/** A point of contact as it is found. */
export interface Found {
  readonly key: number;
  readonly nx: number;
  readonly ny: number;
  readonly rx: number;
  readonly ry: number;
  readonly distance: number;
  readonly speed: number;
}

/** Takes the contacts of a step, each with the impulse that the one of its key had. */
export function meet(pair: Touch, found: readonly Found[], step: number): Touch {
  const { contacts, count } = pair;
  const held = step - pair.step <= kept ? count : 0;
  const before = contacts.slice(0, held).map(({ key, impulse }) => ({ key, impulse }));
  for (const [i, point] of found.entries()) {
    const impulse = before.find(({ key }) => key === point.key)?.impulse ?? 0;
    Object.assign(contacts[i], point, { impulse });
  }
  pair.lasting = pair.step === step - 1;
  pair.count = found.length;
  pair.step = step;
  return pair;
}

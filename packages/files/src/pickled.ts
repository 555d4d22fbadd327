/** The full name of a function or class, such as `collections.OrderedDict`. */
export interface Global {
  readonly global: string;
}

/** A value of a pickle: dicts are maps, tuples and lists are arrays, bytes are where they lie in the pickle, `T` is what the caller makes. */
export type Pickled<T extends object> =
  | number
  | bigint
  | string
  | boolean
  | null
  | Uint8Array
  | T
  | Global
  | readonly Pickled<T>[]
  | ReadonlyMap<Pickled<T>, Pickled<T>>;

/** What a pickle may do beyond holding plain values. */
export interface Abilities<T extends object> {
  /** What it is of, such as `tensors`. */
  readonly of: string;
  /** The latest protocol that it may be of; opcodes of later ones are refused. */
  readonly protocol: number;
  /** The most bytes that it may have. */
  readonly mostBytes: number;
  /** The names that it may mention, and what a call of each gives; `undefined` for those that are not called. */
  readonly globals: ReadonlyMap<string, ((args: readonly Pickled<T>[]) => Pickled<T>) | undefined>;
  /** The object outside the pickle that a persistent id stands for; without it there may be none. */
  readonly persistent?: (id: Pickled<T>) => T;
  /** Gives an object that a call made its state; whether it is one that has such a state. */
  readonly build?: (object: Pickled<T>, state: Pickled<T>) => boolean;
  /** What stands for the objects of all other names; where it is absent, they are refused. */
  readonly others?: Others<T>;
}

/** How objects are kept of which nothing is known but their names. */
export interface Others<T extends object> {
  /** What stands for a call of `name` with `args`. */
  readonly made: (name: string, args: readonly Pickled<T>[]) => T;
  /** Keeps what an object is given after it was made: its state, items of a dict, or those of a list. */
  readonly give: (object: T, part: Pickled<T>) => void;
}

/** Whether `value`, of a pickle, is the name of a function or a class. */
export function isGlobal(value: unknown): value is Global {
  return typeof value === 'object' && value !== null && 'global' in value;
}

/** Whether a value is an object of the caller's own kind, which keeps what it is given. */
export function isOther<T extends object>({ others }: Abilities<T>, value: Pickled<T>): value is T {
  return (
    others !== undefined &&
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Map) &&
    !(value instanceof Uint8Array) &&
    !isGlobal(value)
  );
}

import { type PickleInput, pickleInput } from './pickle-input.ts';

/** The full name of a function or class, such as `collections.OrderedDict`. */
export interface Global {
  readonly global: string;
}

/** A value of a pickle: dicts are maps, tuples and lists are arrays, `T` is what the caller makes. */
export type Pickled<T extends object> =
  | number
  | bigint
  | string
  | boolean
  | null
  | T
  | Global
  | readonly Pickled<T>[]
  | ReadonlyMap<Pickled<T>, Pickled<T>>;

/** What a pickle may do beyond holding plain values. */
export interface Abilities<T extends object> {
  /** The names that it may mention, and what a call of each gives; `undefined` for those that are not called. */
  readonly globals: ReadonlyMap<string, ((args: readonly Pickled<T>[]) => Pickled<T>) | undefined>;
  /** The object outside the pickle that a persistent id stands for. */
  readonly persistent: (id: Pickled<T>) => T;
}

interface Machine<T extends object> {
  readonly input: PickleInput;
  readonly abilities: Abilities<T>;
  readonly stack: Pickled<T>[];
  /** Heights of the stack at the marks. */
  readonly marks: number[];
  readonly memo: Map<number, Pickled<T>>;
}

/** Bytes of a pickle, and operations of one: each may leave a value of two hundred bytes. Thousands of tensors take fewer. */
const [mostBytes, mostOperations] = [2 ** 24, 2 ** 19];

type Operation = <T extends object>(machine: Machine<T>) => void;

/**
 * The opcodes that torch.save writes.
 *
 * @see https://docs.python.org/3/library/pickletools.html
 */
const operations: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ['\x80', ({ input }) => checkProtocol(input.byte())],
  ['N', ({ stack }) => stack.push(null)],
  ['\x88', ({ stack }) => stack.push(true)],
  ['\x89', ({ stack }) => stack.push(false)],
  ['K', ({ stack, input }) => stack.push(input.byte())],
  ['M', ({ stack, input }) => stack.push(input.uint16())],
  ['J', ({ stack, input }) => stack.push(input.int32())],
  ['\x8a', ({ stack, input }) => stack.push(input.long(input.byte()))],
  ['G', ({ stack, input }) => stack.push(input.float64BigEndian())],
  ['X', ({ stack, input }) => stack.push(input.text(input.uint32()))],
  ['}', ({ stack }) => stack.push(new Map())],
  [']', ({ stack }) => stack.push([])],
  [')', ({ stack }) => stack.push([])],
  ['(', ({ stack, marks }) => marks.push(stack.length)],
  ['t', (machine) => machine.stack.push(popToMark(machine))],
  ['\x85', (machine) => machine.stack.push(popMany(machine, 1))],
  ['\x86', (machine) => machine.stack.push(popMany(machine, 2))],
  ['\x87', (machine) => machine.stack.push(popMany(machine, 3))],
  ['a', (machine) => append(machine, popMany(machine, 1))],
  ['e', (machine) => append(machine, popToMark(machine))],
  ['s', (machine) => setItems(machine, popMany(machine, 2))],
  ['u', (machine) => setItems(machine, popToMark(machine))],
  ['q', (machine) => machine.memo.set(machine.input.byte(), top(machine))],
  ['r', (machine) => machine.memo.set(machine.input.uint32(), top(machine))],
  ['h', (machine) => recall(machine, machine.input.byte())],
  ['j', (machine) => recall(machine, machine.input.uint32())],
  ['c', name],
  ['Q', (machine) => machine.stack.push(machine.abilities.persistent(popMany(machine, 1)[0]))],
  ['R', call],
  ['b', build],
]);

/** Names of opcodes that torch.save does not write, for the error. */
const refused: Readonly<Record<string, string>> = {
  i: 'INST',
  o: 'OBJ',
  P: 'PERSID',
  '\x81': 'NEWOBJ',
  '\x82': 'EXT1',
  '\x83': 'EXT2',
  '\x84': 'EXT4',
  '\x92': 'NEWOBJ_EX',
  '\x93': 'STACK_GLOBAL',
  '\x95': 'FRAME',
};

/**
 * The value of a pickle of protocol 2, of which nothing is run: it may hold plain values, and name and call what `abilities` lists.
 * Throws an Error that says at which byte it does anything else.
 */
export function unpickle<T extends object>(bytes: Uint8Array, abilities: Abilities<T>): Pickled<T> {
  const input = pickleInput(bytes);
  const machine: Machine<T> = { input, abilities, stack: [], marks: [], memo: new Map() };
  if (bytes.length > mostBytes) throw new Error(`${bytes.length} bytes, wanted at most ${mostBytes}`);
  for (let count = 0; ; count++) {
    if (count > mostOperations) throw new Error(`more than ${mostOperations} operations`);
    const at = input.at();
    try {
      const opcode = String.fromCharCode(input.byte());
      if (opcode === '.') return popMany(machine, 1)[0];
      const run = operations.get(opcode);
      if (!run) throw new Error(`opcode ${refused[opcode] ?? JSON.stringify(opcode)} is not one of tensors`);
      run(machine);
    } catch (error) {
      throw new Error(`byte ${at}: ${error instanceof Error ? error.message : String(error)}`, {
        cause: error,
      });
    }
  }
}

function checkProtocol(version: number): void {
  if (version !== 2) throw new Error(`pickle protocol ${version}, wanted 2`);
}

/** Those on the stack above the last mark cannot be popped past it. */
function popMany<T extends object>({ stack, marks }: Machine<T>, count: number): Pickled<T>[] {
  if (stack.length - count < (marks.at(-1) ?? 0)) throw new Error('nothing is left on the stack');
  return stack.splice(stack.length - count);
}

function popToMark<T extends object>({ stack, marks }: Machine<T>): Pickled<T>[] {
  const mark = marks.pop();
  if (mark === undefined) throw new Error('there is no mark on the stack');
  return stack.splice(mark);
}

function top<T extends object>({ stack, marks }: Machine<T>): Pickled<T> {
  if (stack.length <= (marks.at(-1) ?? 0)) throw new Error('nothing is left on the stack');
  return stack[stack.length - 1];
}

function recall<T extends object>({ stack, memo }: Machine<T>, key: number): void {
  const value = memo.get(key);
  if (value === undefined) throw new Error(`nothing was kept under ${key}`);
  stack.push(value);
}

function append<T extends object>(machine: Machine<T>, items: readonly Pickled<T>[]): void {
  const list = top(machine);
  if (!Array.isArray(list)) throw new Error('items for what is no list');
  for (const item of items) list.push(item);
}

function setItems<T extends object>(machine: Machine<T>, items: readonly Pickled<T>[]): void {
  const map = top(machine);
  if (!(map instanceof Map) || items.length % 2 === 1) throw new Error('items for what is no dict');
  for (let i = 0; i < items.length; i += 2) map.set(items[i], items[i + 1]);
}

function name<T extends object>({ input, abilities, stack }: Machine<T>): void {
  const global = `${input.line()}.${input.line()}`;
  if (!abilities.globals.has(global)) {
    throw new Error(
      `GLOBAL ${JSON.stringify(global)} is refused: only tensors, numbers, text, lists and dicts are read`,
    );
  }
  stack.push({ global });
}

function call<T extends object>(machine: Machine<T>): void {
  const [f, args] = popMany(machine, 2);
  const run = isGlobal(f) ? machine.abilities.globals.get(f.global) : undefined;
  if (!run || !Array.isArray(args)) throw new Error('REDUCE of what cannot be called');
  machine.stack.push(run(args));
}

/** Of an OrderedDict, whose attributes (PyTorch keeps the versions of modules there) are left out. */
function build<T extends object>(machine: Machine<T>): void {
  const [state] = popMany(machine, 1);
  if (!(top(machine) instanceof Map) || !(state instanceof Map)) {
    throw new Error('BUILD of what is no OrderedDict');
  }
}

export function isGlobal(value: unknown): value is Global {
  return typeof value === 'object' && value !== null && 'global' in value;
}

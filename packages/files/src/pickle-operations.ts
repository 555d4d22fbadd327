import type { PickleInput } from './pickle-input.ts';
import { type Abilities, isGlobal, isOther, type Pickled } from './pickled.ts';

/** What the opcodes of a pickle work on. */
export interface Machine<T extends object> {
  readonly input: PickleInput;
  readonly abilities: Abilities<T>;
  readonly stack: Pickled<T>[];
  /** Heights of the stack at the marks. */
  readonly marks: number[];
  readonly memo: Map<number, Pickled<T>>;
}

type Operation = <T extends object>(machine: Machine<T>) => void;

/**
 * The opcodes of plain values, of calls and of what they made, by the protocol that they came with.
 *
 * @see https://docs.python.org/3/library/pickletools.html
 */
const operations: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ['\x80', checkProtocol],
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
  ['Q', recallPersistent],
  ['R', call],
  ['b', build],
]);

const later: readonly (readonly [protocol: number, operations: ReadonlyMap<string, Operation>])[] = [
  [
    3,
    new Map<string, Operation>([
      ['B', ({ stack, input }) => stack.push(input.bytes(input.uint32()))],
      ['C', ({ stack, input }) => stack.push(input.bytes(input.byte()))],
    ]),
  ],
  [
    4,
    new Map<string, Operation>([
      ['\x8c', ({ stack, input }) => stack.push(input.text(input.byte()))],
      ['\x8e', ({ stack, input }) => stack.push(input.bytes(input.uint64()))],
      ['\x94', (machine) => machine.memo.set(machine.memo.size, top(machine))],
      ['\x95', ({ input }) => void input.uint64()],
      ['\x93', nameFromStack],
    ]),
  ],
  [5, new Map<string, Operation>([['\x96', ({ stack, input }) => stack.push(input.bytes(input.uint64()))]])],
];

/** Of objects that only stand for themselves, which dill writes; they run no more than the others do. */
const ofOthers: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ['\x81', call],
  ['0', (machine) => void popMany(machine, 1)],
  ['1', (machine) => void popToMark(machine)],
]);

/** Names of opcodes that are not read, or not of every protocol, for the error. */
export const refused: Readonly<Record<string, string>> = {
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
  '\x8f': 'EMPTY_SET',
  '\x97': 'NEXT_BUFFER',
};

/** What an opcode does, where there is one of such a pickle. */
export function operationOf<T extends object>(
  opcode: string,
  { protocol, others }: Pick<Abilities<T>, 'protocol' | 'others'>,
): Operation | undefined {
  const found = later.find(([since, those]) => since <= protocol && those.has(opcode));
  return found?.[1].get(opcode) ?? operations.get(opcode) ?? (others && ofOthers.get(opcode));
}

function checkProtocol<T extends object>({ input, abilities }: Machine<T>): void {
  const [version, latest] = [input.byte(), abilities.protocol];
  if (version >= 2 && version <= latest) return;
  throw new Error(`pickle protocol ${version}, wanted 2${latest > 2 ? ` to ${latest}` : ''}`);
}

function recallPersistent<T extends object>(machine: Machine<T>): void {
  const { of, persistent } = machine.abilities;
  if (!persistent) throw new Error(`opcode BINPERSID is not one of ${of}`);
  machine.stack.push(persistent(popMany(machine, 1)[0]));
}

/** Those on the stack above the last mark cannot be popped past it. */
export function popMany<T extends object>({ stack, marks }: Machine<T>, count: number): Pickled<T>[] {
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
  if (isOther(machine.abilities, list)) return machine.abilities.others?.give(list, items);
  if (!Array.isArray(list)) throw new Error('items for what is no list');
  for (const item of items) list.push(item);
}

function setItems<T extends object>(machine: Machine<T>, items: readonly Pickled<T>[]): void {
  const map = top(machine);
  if (isOther(machine.abilities, map)) return machine.abilities.others?.give(map, items);
  if (!(map instanceof Map) || items.length % 2 === 1) throw new Error('items for what is no dict');
  for (let i = 0; i < items.length; i += 2) map.set(items[i], items[i + 1]);
}

function name<T extends object>(machine: Machine<T>): void {
  mention(machine, `${machine.input.line()}.${machine.input.line()}`);
}

function nameFromStack<T extends object>(machine: Machine<T>): void {
  const [module, called] = popMany(machine, 2);
  if (typeof module !== 'string' || typeof called !== 'string') throw new Error('a name that is no text');
  mention(machine, `${module}.${called}`);
}

function mention<T extends object>({ abilities, stack }: Machine<T>, global: string): void {
  if (!abilities.globals.has(global) && !abilities.others) {
    throw new Error(
      `GLOBAL ${JSON.stringify(global)} is refused: only ${abilities.of}, numbers, text, lists and dicts are read`,
    );
  }
  stack.push({ global });
}

function call<T extends object>(machine: Machine<T>): void {
  const [f, args] = popMany(machine, 2);
  const { globals, others } = machine.abilities;
  const run = isGlobal(f) ? globals.get(f.global) : undefined;
  if (Array.isArray(args) && run) machine.stack.push(run(args));
  else if (Array.isArray(args) && others) machine.stack.push(others.made(isGlobal(f) ? f.global : '', args));
  else throw new Error('REDUCE of what cannot be called');
}

/** Of what the caller knows, and of an OrderedDict, whose attributes (PyTorch keeps the versions of modules there) are left out. */
function build<T extends object>(machine: Machine<T>): void {
  const [state] = popMany(machine, 1);
  const object = top(machine);
  if (machine.abilities.build?.(object, state) === true) return;
  if (isOther(machine.abilities, object)) return machine.abilities.others?.give(object, state);
  if (!(top(machine) instanceof Map) || !(state instanceof Map)) {
    throw new Error('BUILD of what is no OrderedDict');
  }
}

import { existsSync } from 'node:fs';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { Uint8ArrayReader, Uint8ArrayWriter, ZipWriter } from '@zip.js/zip.js';
import { beforeAll, describe, expect, it } from 'vitest';
import { isTorchObject } from './torch-object.ts';
import { readTorch, readTorchObjects } from './torch.ts';

const fixture = (name: string): string => fileURLToPath(new URL(`../test/${name}`, import.meta.url));

let path = '';
beforeAll(async () => {
  path = join(await mkdtemp(join(tmpdir(), 'torch-')), 'file.pt');
});

/** An archive as torch.save lays it out: a pickle of latin-1 text, and storages. */
async function writeTorch(
  pickle: string,
  storages: Readonly<Record<string, Uint8Array>> = {},
): Promise<void> {
  const writer = new ZipWriter(new Uint8ArrayWriter(), { useWebWorkers: false });
  await writer.add('file/data.pkl', new Uint8ArrayReader(Buffer.from(`\x80\x02${pickle}`, 'latin1')));
  for (const [key, bytes] of Object.entries(storages)) {
    await writer.add(`file/data/${key}`, new Uint8ArrayReader(bytes));
  }
  await writeFile(path, await writer.close());
}

const text = (value: string): string => `X${String.fromCharCode(value.length)}\0\0\0${value}`;
const small = (value: number): string => `K${String.fromCharCode(value)}`;
const tuple = (...items: readonly string[]): string => `(${items.join('')}t`;
const storage = (key: string, length: number): string =>
  `${tuple(text('storage'), 'ctorch\nFloatStorage\n', text(key), text('cpu'), small(length))}Q`;
const tensor = (length: number, offset: number, size: readonly number[], stride: readonly number[]): string =>
  `ctorch._utils\n_rebuild_tensor_v2\n${tuple(
    storage('0', length),
    small(offset),
    tuple(...size.map(small)),
    tuple(...stride.map(small)),
  )}R`;

const two = { '0': new Uint8Array(Float32Array.of(1, 2).buffer) };

describe('readTorch', () => {
  it('reads what PyTorch wrote: dtypes, strides, parameters, state dicts, nested lists', async () => {
    const tensors = await readTorch(fixture('values.pt'));
    expect(Array.from(tensors, ([name, { dtype, shape, values }]) => [name, dtype, shape, values()])).toEqual(
      [
        ['transposed', 'float32', [3, 2], Float32Array.of(0, 3, 1, 4, 2, 5)],
        ['column', 'float32', [2], Float32Array.of(1, 4)],
        ['empty', 'float32', [0, 3], new Float32Array()],
        ['scalar', 'float64', [], Float64Array.of(7)],
        ['half', 'float16', [4], Float32Array.of(1.5, -(2 ** -24), 65504, Infinity)],
        ['bfloat', 'bfloat16', [2], Float32Array.of(1.5, -3)],
        ['long', 'int64', [2], BigInt64Array.of(-(2n ** 62n), 3n)],
        ['int', 'int32', [1], Int32Array.of(-5)],
        ['byte', 'uint8', [1], Uint8Array.of(255)],
        ['bool', 'bool', [2], Uint8Array.of(1, 0)],
        ['parameter', 'float32', [1], Float32Array.of(2)],
        ['module.weight', 'float32', [1, 2], Float32Array.of(0.5, -0.25)],
        ['module.bias', 'float32', [1], Float32Array.of(1.5)],
        ['list.0', 'float32', [1], Float32Array.of(1)],
        ['list.1.0', 'float32', [1], Float32Array.of(2)],
      ],
    );
  });

  it('gives each tensor a name for every place where it is', async () => {
    const tensors = await readTorch(fixture('fine-tuned.pt'));
    const name = 'mlp_mean.layers.0.bias';
    expect(tensors.get(`model.actor.${name}`)?.values()).toEqual(
      tensors.get(`model.network.${name}`)?.values(),
    );
    expect(tensors.get(`model.actor_ft.${name}`)?.values()).not.toEqual(
      tensors.get(`model.actor.${name}`)?.values(),
    );
  });

  it('refuses a pickle that would call os.system, naming it and where it is', async () => {
    await expect(readTorch(fixture('malicious.pt'))).rejects.toThrow(
      /malicious\.pt: data\.pkl, byte \d+: GLOBAL "(posix|nt)\.system" is refused: only tensors, numbers/,
    );
  });

  it.each([
    ['cbuiltins\neval\n)R.', 'byte 2: GLOBAL "builtins.eval" is refused'],
    ['ctorch.storage\n_load_from_bytes\n)R.', 'GLOBAL "torch.storage._load_from_bytes" is refused'],
    ['ccollections\nOrderedDict.__init__\n.', 'GLOBAL "collections.OrderedDict.__init__" is refused'],
    ['(ios\nsystem\n.', 'byte 3: opcode INST is not one of tensors'],
    ['(o.', 'byte 3: opcode OBJ is not one of tensors'],
    ['\x81.', 'byte 2: opcode NEWOBJ is not one of tensors'],
    ['\x93.', 'byte 2: opcode STACK_GLOBAL is not one of tensors'],
    ['\x80\x04.', 'byte 2: pickle protocol 4, wanted 2'],
    ['V1\n.', 'byte 2: opcode "V" is not one of tensors'],
    ['ctorch\nFloatStorage\n)R.', 'REDUCE of what cannot be called'],
    ['K\x01)R.', 'REDUCE of what cannot be called'],
    ['ccollections\nOrderedDict\n(K\x01tR.', 'OrderedDict with arguments'],
    ['N}b.', 'BUILD of what is no OrderedDict'],
    ['}K\x01b.', 'BUILD of what is no OrderedDict'],
    ['}(K\x01u.', 'items for what is no dict'],
    ['N(K\x01e.', 'items for what is no list'],
    ['h\x07.', 'byte 2: nothing was kept under 7'],
    ['.', 'byte 2: nothing is left on the stack'],
    ['K\x01(\x85.', 'byte 5: nothing is left on the stack'],
    ['t.', 'there is no mark on the stack'],
    ['X\xff\xff\xff\x7fabc', 'byte 2: the pickle ends too early'],
    ['cos', 'byte 2: the pickle ends too early'],
    ['K\x01Q.', 'byte 4: a persistent id that is no storage'],
    [`${storage('9', 1)}.`, 'storage "9" is not in the archive'],
    [`${storage('../x', 1)}.`, 'storage "../x" is not in the archive'],
    [`${storage('0', 3)}.`, 'storage "0" has 8 bytes, wanted 12 for 3 values of float32'],
    [
      `${tensor(2, 0, [3], [1])}.`,
      'a tensor [3] with stride [1] at 0 does not fit into a storage of 2 values',
    ],
    [
      `${tensor(2, 1, [2], [1])}.`,
      'a tensor [2] with stride [1] at 1 does not fit into a storage of 2 values',
    ],
    [`${tensor(2, 0, [200], [0])}.`, 'a tensor [200] with stride [0] at 0 does not fit'],
    [`${tensor(2, 0, [2], [1, 1])}.`, 'size and stride do not agree'],
    ['ctorch._utils\n_rebuild_tensor_v2\n)R.', '_rebuild_tensor_v2 of other things'],
    ['ctorch._utils\n_rebuild_parameter\n(NtR.', '_rebuild_parameter of what is no tensor'],
    ['}N]s.', 'a dict whose keys are no text'],
    [
      `}(${text('a.b')}${tensor(2, 0, [2], [1])}${text('a')}}${text('b')}${tensor(2, 0, [1], [1])}su.`,
      'two tensors are called "a.b"',
    ],
  ])('refuses the pickle %j', async (pickle, message) => {
    await writeTorch(pickle, two);
    await expect(readTorch(path)).rejects.toThrow(message);
  });

  it('refuses lists that hold themselves, or one another many times over', async () => {
    await writeTorch(']q\x00h\x00a.');
    await expect(readTorch(path)).rejects.toThrow('names longer than 16777216 characters in all');
    await writeTorch(`]q\x00(${'h\x00'.repeat(50_000)}e.`);
    await expect(readTorch(path)).rejects.toThrow('holds more than 100000 values');
    const pairOfLast = Array.from({ length: 40 }, (_, i) => String.fromCharCode(i)).map(
      (key) => `q${key}(h${key}h${key}t`,
    );
    await writeTorch(`]${pairOfLast.join('')}.`);
    await expect(readTorch(path)).rejects.toThrow('holds more than 100000 values');
  });

  it.each([
    ['many values', ']'.repeat(2 ** 19), 'data.pkl, more than 524288 operations'],
    ['a long text', text('x'.repeat(2 ** 24)), 'data.pkl, 16777224 bytes, wanted at most 16777216'],
    [
      'a long name for each of many values',
      `}X\x10'\x00\x00${'x'.repeat(10_000)}](${']'.repeat(2000)}es`,
      'names longer than 16777216 characters in all',
    ],
    [
      'many tensors of the same numbers',
      `](${tensor(2, 0, [2], [1])}q\x00${'h\x00'.repeat(5000)}e`,
      'names tensors of 40008 bytes in all, but holds only',
    ],
    [
      'a tensor of more axes than PyTorch has',
      tensor(2, 0, Array<number>(65).fill(1), Array<number>(65).fill(1)),
      '_rebuild_tensor_v2 of other things',
    ],
  ])('refuses %s, counted when they are made', async (_, pickle, message) => {
    await writeTorch(`${pickle}.`, two);
    await expect(readTorch(path)).rejects.toThrow(message);
  });

  it('takes the values of a tensor by offset and stride', async () => {
    await writeTorch(`}${text('x')}${tensor(2, 1, [1], [1])}s.`, two);
    expect((await readTorch(path)).get('x')?.values()).toEqual(Float32Array.of(2));
  });

  it('refuses a file with a byte changed, or reads the same tensors from it', async () => {
    const expected = await contents(fixture('values.pt'));
    const bytes = await readFile(fixture('values.pt'));
    for (let i = 0; i < bytes.length; i += 131) {
      const changed = Buffer.from(bytes);
      changed[i] ^= 1 << (i % 8);
      await writeFile(path, changed);
      const result = await contents(path).catch((error: Error) => error.message);
      const right =
        typeof result === 'string'
          ? result.startsWith(`readTorch: ${path}: `)
          : isDeepStrictEqual(result, expected);
      expect(right, `byte ${i}`).toBe(true);
    }
  });

  it('refuses a file cut off anywhere', async () => {
    const bytes = await readFile(fixture('values.pt'));
    for (let length = 1; length < bytes.length; length += 101) {
      await writeFile(path, bytes.subarray(0, length));
      await expect(readTorch(path)).rejects.toThrow('not a complete zip archive');
    }
  });

  it.each([
    ['', 'is empty, wanted a PyTorch file'],
    [
      '\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.\x80\x02M\xe9\x03.',
      'is a file of the format of PyTorch before 1.6, wanted a PyTorch file: load it in PyTorch and save it again',
    ],
    [
      'version https://git-lfs.github.com/spec/v1\noid sha256:00',
      'is a Git LFS pointer and not the file itself, wanted a PyTorch file: `git lfs pull` fetches it',
    ],
  ])('says what a file of another kind is: %j', async (content, message) => {
    await writeFile(path, Buffer.from(content, 'latin1'));
    await expect(readTorch(path)).rejects.toThrow(`readTorch: ${path}: ${message}`);
  });

  it('refuses an archive that unpacks to far more than its size, before it unpacks it', async () => {
    await writeTorch('}.', { '0': new Uint8Array(80_000_000) });
    await expect(readTorch(path)).rejects.toThrow(
      /unpacks to 80000004 bytes, too many for a file of \d+ bytes/,
    );
  });

  it('refuses a zip archive that torch.save did not write', async () => {
    const writer = new ZipWriter(new Uint8ArrayWriter(), { useWebWorkers: false });
    await writer.add('data.pkl', new Uint8ArrayReader(Buffer.from('\x80\x02}.', 'latin1')));
    await writeFile(path, await writer.close());
    await expect(readTorch(path)).rejects.toThrow('0 files NAME/data.pkl in the archive, wanted 1');
  });
});

async function contents(file: string): Promise<unknown[]> {
  return Array.from(await readTorch(file), ([name, { dtype, shape, values }]) => [
    name,
    dtype,
    shape,
    values(),
  ]);
}

describe('readTorchObjects', () => {
  it('keeps a call of os.system as what the file says, and runs nothing', async () => {
    const { root } = await readTorchObjects(fixture('malicious.pt'));
    const called = root instanceof Map ? [...root.values()].find(isTorchObject) : root;
    expect(called).toEqual({ made: 'posix.system', args: ['touch malicious'], parts: [] });
    expect(existsSync('malicious')).toBe(false);
  });

  it('keeps the state of an object, items of its dict and of its list, and names that nothing stands for', async () => {
    const made = `ca\nB\n)\x81}${text('x')}${small(1)}sb${text('k')}${small(2)}s${small(3)}a`;
    await writeTorch(`}${text('o')}${made}s${text('n')}ctyping\nAny\ns.`);
    const { root } = await readTorchObjects(path);
    expect(root).toEqual(
      new Map<string, unknown>([
        ['o', { made: 'a.B', args: [], parts: [new Map([['x', 1]]), ['k', 2], [3]] }],
        ['n', { global: 'typing.Any' }],
      ]),
    );
    await expect(readTorch(path)).rejects.toThrow('GLOBAL "a.B" is refused');
  });

  it('finds the tensors that readTorch finds, and none in objects', async () => {
    await writeTorch(
      `}${text('a')}${tensor(2, 0, [2], [1])}s${text('o')}ca\nB\n(${tensor(2, 0, [2], [1])}tRs.`,
      two,
    );
    expect([...(await readTorchObjects(path)).tensors.keys()]).toEqual(['a']);
  });

  it('refuses a state for a tensor', async () => {
    await writeTorch(`${tensor(2, 0, [2], [1])}}b.`, two);
    await expect(readTorchObjects(path)).rejects.toThrow('a state or items for a tensor');
  });
});

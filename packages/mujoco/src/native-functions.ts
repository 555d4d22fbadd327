import { basename, dirname } from 'node:path';

import { isSealed } from '@dppo/wheels';

import { checkMujocoLibrary } from './provision.ts';
import type { Files } from './simulation.ts';

/** MuJoCo's C functions; models and data are addresses. */
export interface NativeFunctions {
  /** MuJoCo's version as text */
  readonly version: () => string;
  /** Compiles MJCF and the files that it names into an mjModel. Throws an Error with MuJoCo's message. */
  readonly compile: (mjcf: string, files: Files) => bigint;
  readonly makeData: (model: bigint) => bigint;
  readonly resetData: (model: bigint, data: bigint) => void;
  readonly forward: (model: bigint, data: bigint) => void;
  readonly step: (model: bigint, data: bigint) => void;
  readonly step1: (model: bigint, data: bigint) => void;
  readonly step2: (model: bigint, data: bigint) => void;
  readonly rnePostConstraint: (model: bigint, data: bigint) => void;
  /** The number of a name among things of an mjtObj; −1: it has none. */
  readonly id: (model: bigint, kind: number, name: string) => number;
  /** The name of a number; null: there is none. */
  readonly name: (model: bigint, kind: number, id: number) => string | null;
  readonly stateSize: (model: bigint, signature: number) => number;
  readonly getState: (model: bigint, data: bigint, state: Float64Array, signature: number) => void;
  readonly setState: (model: bigint, data: bigint, state: Float64Array, signature: number) => void;
  /** Reads the number or address that lies at an address. */
  readonly int: (address: bigint) => number;
  readonly size: (address: bigint) => number;
  readonly double: (address: bigint) => number;
  readonly pointer: (address: bigint) => bigint;
  readonly putInt: (address: bigint, value: number) => void;
  /** The memory from an address on, shared with MuJoCo. */
  readonly memory: (address: bigint, bytes: number) => ArrayBuffer;
}

/** Loads MuJoCo's library by koffi. Throws an Error where koffi is not installed or the file is no such library. */
export async function nativeFunctions(path: string): Promise<NativeFunctions> {
  const koffi = await import('koffi').catch((error: unknown) => {
    throw new Error('mujocoLibrary: koffi does not load, wanted it installed: npm install koffi', {
      cause: error,
    });
  });
  const library = await open();
  const parse = library.func('mj_parseXMLString', 'void *', ['str', 'void *', 'void *', 'int']);
  const compileSpec = library.func('mj_compile', 'void *', ['void *', 'void *']);
  const specError = library.func('mjs_getError', 'str', ['void *']);
  const deleteSpec = library.func('mj_deleteSpec', 'void', ['void *']);
  const defaultFiles = library.func('mj_defaultVFS', 'void', ['void *']);
  const addFile = library.func('mj_addBufferVFS', 'int', ['void *', 'str', 'void *', 'int']);
  const deleteFiles = library.func('mj_deleteVFS', 'void', ['void *']);
  const onData = (name: string) => library.func(name, 'void', ['void *', 'void *']);
  const onState = (name: string) => library.func(name, 'void', ['void *', 'void *', 'double *', 'int']);

  async function open(): Promise<ReturnType<typeof koffi.load>> {
    try {
      // A name alone is looked for by the system.
      if (basename(path) !== path) await checkMujocoLibrary(path);
      return koffi.load(path);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const remedy = isSealed(dirname(path)) ? ': run npx dppo-mujoco' : '';
      throw new Error(`mujocoLibrary: ${path} does not load: ${reason}${remedy}`, { cause: error });
    }
  }

  function compile(mjcf: string, files: Files): bigint {
    const vfs = Buffer.alloc(64);
    defaultFiles(vfs);
    try {
      for (const [name, bytes] of Object.entries(files)) addFile(vfs, name, bytes, bytes.length);
      return compileWith(vfs, mjcf);
    } finally {
      deleteFiles(vfs);
    }
  }

  function compileWith(vfs: Buffer, mjcf: string): bigint {
    const message = Buffer.alloc(1000);
    const spec = parse(mjcf, vfs, message, message.length);
    if (spec === null) throw new Error(message.toString('utf8', 0, message.indexOf(0)));
    try {
      const model = compileSpec(spec, vfs);
      if (model === null) throw new Error(specError(spec));
      return model;
    } finally {
      deleteSpec(spec);
    }
  }

  // MuJoCo would print warnings and write them to a file in the working directory; they are read from mjData instead. The library
  // wants a C function of a text, and one without effects serves for all threads, which a function of JavaScript does not.
  koffi.encode(library.symbol('mju_user_warning'), 'void *', library.symbol('mju_str2Type'));

  return {
    version: library.func('mj_versionString', 'str', []),
    compile,
    makeData: library.func('mj_makeData', 'void *', ['void *']),
    resetData: onData('mj_resetData'),
    forward: onData('mj_forward'),
    step: onData('mj_step'),
    step1: onData('mj_step1'),
    step2: onData('mj_step2'),
    id: library.func('mj_name2id', 'int', ['void *', 'int', 'str']),
    name: library.func('mj_id2name', 'str', ['void *', 'int', 'int']),
    rnePostConstraint: onData('mj_rnePostConstraint'),
    stateSize: library.func('mj_stateSize', 'int', ['void *', 'int']),
    getState: onState('mj_getState'),
    setState: onState('mj_setState'),
    int: (address) => koffi.decode.int(address),
    size: (address) => Number(koffi.decode.int64(address)),
    double: (address) => koffi.decode.double(address),
    pointer: (address) => koffi.decode(address, 'void *'),
    putInt: (address, value) => koffi.encode(address, 'int', value),
    memory: (address, bytes) => koffi.view(address, bytes),
  };
}

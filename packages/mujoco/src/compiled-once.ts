import { compileError } from './compile-error.ts';
import { onlyFiles } from './only-files.ts';
import type { Files } from './simulation.ts';

const none: Files = {};

/** `compile`, once for each text on the same object of files; refuses a text that names a file that is not among them. */
export function compiledOnce<Model>(
  compile: (mjcf: string, files: Files) => Model,
): (mjcf: string, files?: Files) => Model {
  const models = new WeakMap<Files, Map<string, Model>>();
  return (mjcf, files = none) => {
    const known = models.get(files) ?? new Map<string, Model>();
    models.set(files, known);
    const model = known.get(mjcf) ?? inOneLine(compile, onlyFiles(mjcf, files), files);
    known.set(mjcf, model);
    return model;
  };
}

function inOneLine<Model>(compile: (mjcf: string, files: Files) => Model, mjcf: string, files: Files): Model {
  if (mjcf === '') throw new Error('MuJoCo: the model is an empty text');
  try {
    return compile(mjcf, files);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new Error(compileError(message), { cause: error });
  }
}

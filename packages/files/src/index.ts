export { aboutFile } from './about-file.ts';
export { checkKind, type FileKind } from './check-kind.ts';
export { bfloat16, float16 } from './half.ts';
export { parseJson, type JsonBudget } from './parse-json.ts';
export { readBytes } from './read-bytes.ts';
export { writeWhole } from './write-whole.ts';
export { unzip, zip } from './zip.ts';
export { type Abilities, type Global, isGlobal, type Others, type Pickled } from './pickled.ts';
export { unpickle } from './unpickle.ts';

import { existsSync, readdirSync } from 'node:fs';

/** Says which process has a run folder. */
export const lockName = 'run.lock';

const id = '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const written = String.raw`\.(yaml|jsonl|html|svg|safetensors|npz)`;

/** What a process that was killed leaves beside a lock and beside files that are written whole, in earlier versions too. */
const unfinished = new RegExp(String.raw`^\.unfinished-${id}$|${written}\.${id}$|^run\.lock\..+`);

/** The names in a folder of files that a killed process left unfinished. */
export function unfinishedIn(dir: string): string[] {
  return namesIn(dir).filter((name) => unfinished.test(name));
}

/** The names in a folder, none where there is no such folder, but for a lock and what was left unfinished. */
export function filesIn(dir: string): string[] {
  return namesIn(dir).filter((name) => name !== lockName && !unfinished.test(name));
}

function namesIn(dir: string): string[] {
  return existsSync(dir) ? readdirSync(dir) : [];
}

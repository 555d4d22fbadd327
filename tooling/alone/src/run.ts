import { execFile } from 'node:child_process';

/** Runs a program to its end and gives what it printed; an Error that says the same if it fails. */
export function run(
  folder: string,
  program: string,
  words: readonly string[],
  env = process.env,
): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(program, words, { cwd: folder, env, maxBuffer: Infinity }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(`${program} ${words.join(' ')}\n${stdout}${stderr || error.message}`));
    });
  });
}

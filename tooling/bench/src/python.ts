import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../torch/', import.meta.url));

function run(command: string, ...args: string[]): void {
  execFileSync(command, args, { stdio: 'inherit' });
}

/** A Python with the pinned requirements in its own virtual environment; made on first use (a download of 3 GB). */
export function pythonWithTorch(): string {
  const python = `${folder}.venv/bin/python`;
  if (!existsSync(`${folder}.venv/complete`)) {
    run('python3', '-m', 'venv', `${folder}.venv`);
    run(python, '-m', 'pip', 'install', '--requirement', `${folder}requirements.txt`);
    run('touch', `${folder}.venv/complete`);
  }
  return python;
}

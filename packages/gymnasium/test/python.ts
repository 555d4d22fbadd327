import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('.', import.meta.url));

/** A Python with Gymnasium in a virtual environment beside this file; made on first use (a download of 40 MB). */
export function pythonWithGymnasium(): string {
  const python = `${folder}.venv/bin/python`;
  if (!existsSync(`${folder}.venv/complete`)) {
    execFileSync('python3', ['-m', 'venv', '--clear', `${folder}.venv`]);
    const words = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];
    execFileSync(python, [...words, '--requirement', `${folder}requirements.txt`]);
    writeFileSync(`${folder}.venv/complete`, '');
  }
  return python;
}

import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * A Python with what `requirements.txt` of a folder lists, in a virtual environment beside it that is made on first use.
 *
 * Test files that ask at the same time make one each, and the first that is whole stays.
 */
export function pythonWith(folder: URL): string {
  const path = fileURLToPath(folder);
  const kept = `${path}.venv`;
  const python = `${kept}/bin/python`;
  if (existsSync(python)) return python;
  const made = mkdtempSync(`${kept}-`);
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];
  try {
    execFileSync('python3', ['-m', 'venv', made]);
    execFileSync(`${made}/bin/python`, [...pip, '--requirement', `${path}requirements.txt`]);
    renameSync(made, kept);
  } catch (error) {
    if (!existsSync(python)) throw error;
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
  return python;
}

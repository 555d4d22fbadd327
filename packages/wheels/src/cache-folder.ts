import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * Where libraries are kept for all projects of a user: `$XDG_CACHE_HOME/dppo`, `~/.cache/dppo`, `~/Library/Caches/dppo` or
 * `%LOCALAPPDATA%\dppo\Cache`.
 *
 * @throws Error where the system knows of no home, as in containers that run as a user without a name
 */
export function cacheFolder(): string {
  const { LOCALAPPDATA, XDG_CACHE_HOME } = process.env;
  switch (process.platform) {
    case 'win32':
      return join(LOCALAPPDATA || join(home(), 'AppData', 'Local'), 'dppo', 'Cache');
    case 'darwin':
      return join(home(), 'Library', 'Caches', 'dppo');
    default:
      return join(XDG_CACHE_HOME || join(home(), '.cache'), 'dppo');
  }
}

function home(): string {
  try {
    return homedir();
  } catch (error) {
    throw new Error('cacheFolder: this user has no home, wanted HOME or XDG_CACHE_HOME', { cause: error });
  }
}

import envPaths from 'env-paths';

/** Where libraries are kept for all projects of a user: `$XDG_CACHE_HOME/dppo`, `~/.cache/dppo` or `~/Library/Caches/dppo`. */
export function cacheFolder(): string {
  return envPaths('dppo', { suffix: '' }).cache;
}

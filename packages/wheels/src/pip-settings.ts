import { devNull } from 'node:os';

/** Where files come from, and how they are reached. */
const kept = new Set(
  ['INDEX_URL', 'EXTRA_INDEX_URL', 'NO_INDEX', 'FIND_LINKS', 'TRUSTED_HOST', 'PROXY', 'CERT', 'CLIENT_CERT']
    .concat([
      'TIMEOUT',
      'DEFAULT_TIMEOUT',
      'KEYRING_PROVIDER',
      'USE_FEATURE',
      'USE_DEPRECATED',
      'CONFIG_FILE',
    ])
    .map((name) => `PIP_${name}`),
);

/**
 * Environment variables under which pip downloads a file whose hash is known, whatever the user has set for installations: of the
 * variables `env` those of the index and the network remain, and what a configuration file may have that would stop it is overruled.
 */
export function pipSettings(env: NodeJS.ProcessEnv = process.env): Record<string, string | undefined> {
  const given = Object.keys(env).filter((name) => name.startsWith('PIP_') && !kept.has(name));
  return {
    ...Object.fromEntries(given.map((name) => [name, undefined])),
    PIP_REQUIRE_HASHES: '0',
    PIP_REQUIRE_VIRTUALENV: '0',
    PIP_CONSTRAINT: devNull,
    PIP_REQUIREMENT: devNull,
    PIP_LOG: devNull,
  };
}

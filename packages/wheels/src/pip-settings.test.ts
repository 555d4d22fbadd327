import { expect, it } from 'vitest';
import { pipSettings } from './pip-settings.ts';

const names = [
  'REQUIRE_HASHES',
  'REQUIRE_VIRTUALENV',
  'TARGET',
  'PREFIX',
  'USER',
  'CONSTRAINT',
  'PYTHON',
  'DEST',
  'PLATFORM',
];

it('takes away or overrules what is set for installations', () => {
  const given = Object.fromEntries(names.map((name) => [`PIP_${name}`, '/given']));
  const settings = pipSettings(given);
  for (const name of Object.keys(given)) expect(settings, name).toHaveProperty(name);
  expect(Object.values({ ...given, ...settings })).not.toContain('/given');
});

it('keeps where files come from, and what is not of pip', () => {
  const given = {
    PIP_INDEX_URL: 'https://a',
    PIP_NO_INDEX: '1',
    PIP_FIND_LINKS: '/b',
    PIP_CONFIG_FILE: '/c',
    PATH: '/d',
  };
  expect({ ...given, ...pipSettings(given) }).toMatchObject(given);
});

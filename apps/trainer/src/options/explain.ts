import type { z } from 'zod';

type Issue = z.core.$ZodIssue;

const kinds: Readonly<Record<string, string>> = {
  number: 'a number',
  int: 'a whole number',
  string: 'text',
  boolean: 'true or false',
  array: 'a list, such as 512,512',
  object: 'settings by name',
  record: 'settings by name',
};

/** What a value should have been, in words; messages that schemas have of their own begin with "wanted". */
export function expectation(issue: Issue): string {
  if (issue.message.startsWith('wanted ')) return issue.message.slice('wanted '.length);
  switch (issue.code) {
    case 'invalid_type':
      return kinds[issue.expected] ?? issue.expected;
    case 'invalid_value':
      return issue.values.length === 1 ? String(issue.values[0]) : `one of ${issue.values.join(', ')}`;
    case 'invalid_union':
      return [...new Set(issue.errors.map(([first]) => expectation(first)))].join(', or ');
    case 'unrecognized_keys':
      return `settings without ${issue.keys.join(', ')}`;
    case 'too_small':
      if (issue.origin === 'string') return 'text that is not empty';
      if (issue.origin === 'array') return `a list of at least ${issue.minimum}`;
      return issue.inclusive ? `at least ${issue.minimum}` : `more than ${issue.minimum}`;
    case 'too_big':
      return issue.inclusive ? `at most ${issue.maximum}` : `less than ${issue.maximum}`;
    default:
      return issue.message;
  }
}

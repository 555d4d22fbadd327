import { expect, it } from 'vitest';

import { csv } from './csv.ts';

it('has a column for each name, quotes what needs it, and leaves empty what is not there', () => {
  const rows = [
    { job: 'a', hidden: [8, 8], return: 1.5 },
    { job: 'say "no", twice\nor not', return: NaN, state: 'failed' },
  ];
  expect(csv(rows)).toBe(
    'job,hidden,return,state\r\na,"[8,8]",1.5,\r\n"say ""no"", twice\nor not",,,failed\r\n',
  );
});

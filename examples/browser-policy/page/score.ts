import { type Outcome, outcomes } from '../src/rod.ts';

/** How the episodes of each policy ended so far. */
export interface Score {
  readonly add: (policy: string, outcome: Outcome) => void;
}

/** Counts in a table, a row for each policy. */
export function score(body: HTMLTableSectionElement, policies: readonly string[]): Score {
  const cells = new Map(
    policies.map((policy) => {
      const row = body.insertRow();
      const name = row.appendChild(document.createElement('th'));
      name.scope = 'row';
      name.textContent = policy;
      return [policy, new Map(outcomes.map((outcome) => [outcome, row.insertCell()]))];
    }),
  );
  const counts = new Map<HTMLTableCellElement, number>();
  for (const cell of [...cells.values()].flatMap((row) => [...row.values()])) cell.textContent = '0';
  return {
    add: (policy, outcome) => {
      const cell = cells.get(policy)?.get(outcome);
      if (!cell) throw new Error(`score: found policy "${policy}", expected one of ${policies.join(', ')}`);
      counts.set(cell, (counts.get(cell) ?? 0) + 1);
      cell.textContent = String(counts.get(cell));
    },
  };
}

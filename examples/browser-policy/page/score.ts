import { type Outcome, outcomes } from '../src/rod.ts';

/** How the episodes of each policy ended so far. */
export interface Score {
  readonly add: (policy: string, outcome: Outcome) => void;
}

/** Counts in a table, a row for each policy. */
export function score(body: HTMLTableSectionElement, policies: readonly string[]): Score {
  for (const policy of policies) {
    const row = body.insertRow();
    const name = row.appendChild(document.createElement('th'));
    name.scope = 'row';
    name.textContent = policy;
    for (const _ of outcomes) row.insertCell().textContent = '0';
  }
  return {
    add: (policy, outcome) => {
      const cell = body.rows[policies.indexOf(policy)].cells[1 + outcomes.indexOf(outcome)];
      cell.textContent = String(Number(cell.textContent) + 1);
    },
  };
}

import type { Weights } from './import-weights.ts';

/** Groups of tensors that are named. */
const mostGroups = 5;

/** What there is to say of tensors that nothing was made of: one sentence, or none. */
export function leftOutRemarks(names: readonly string[]): string[] {
  const groups = new Map<string, number>();
  for (const name of names) {
    const group = name.split('.').slice(0, 2).join('.');
    groups.set(group, (groups.get(group) ?? 0) + 1);
  }
  if (groups.size === 0) return [];
  const told = [...groups].slice(0, mostGroups).map(([group, count]) => `${count} of ${group}`);
  const more = groups.size > mostGroups ? ' and others' : '';
  return [`left out ${names.length} tensors: ${told.join(', ')}${more}`];
}

/** What there is to say of `weights` that are rounded: one sentence, or none. */
export function roundedRemarks(weights: Weights): string[] {
  const wide = Object.values(weights).filter(({ wide: isWide }) => isWide).length;
  return wide === 0 ? [] : [`rounded ${wide} tensors of float64 to float32`];
}

import { percentages, type Share } from '../runs/share.ts';

/** A share with its interval; nothing where there is none. */
export function shareText(share: Share | undefined): string {
  return share ? percentages(share) : '';
}

/** A text, or a count or a return; nothing where there is none. */
export function textOf(value: number | string): string {
  if (typeof value === 'string') return value;
  if (!Number.isFinite(value)) return '';
  return value.toLocaleString('en', { maximumFractionDigits: Math.abs(value) < 10 ? 2 : 0 });
}

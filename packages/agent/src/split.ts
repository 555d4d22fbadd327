/** The `items` in `count` runs of lengths that differ by at most 1, as `shards` of a training divide its environments; no more runs than items. */
export function split<Item>(items: readonly Item[], count: number): Item[][] {
  const used = Math.min(count, items.length);
  const start = (i: number): number => Math.floor((i * items.length) / used);
  return Array.from({ length: used }, (_, i) => items.slice(start(i), start(i + 1)));
}

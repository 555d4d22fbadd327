/** Tells the seconds that a task will still take, if it goes on as it has since the first call; NaN until it has moved. */
export function timeLeft(
  now: () => number = () => performance.now() / 1000,
): (done: number, total: number) => number {
  let first: { readonly done: number; readonly at: number } | undefined;
  let latest = { done: NaN, at: NaN };
  return (done, total) => {
    first ??= { done, at: now() };
    // Between two units the time that is known is that of the last one.
    if (done !== latest.done) latest = { done, at: now() };
    const perUnit = (latest.at - first.at) / (done - first.done);
    return Math.max(0, perUnit * (total - done) - (now() - latest.at));
  };
}

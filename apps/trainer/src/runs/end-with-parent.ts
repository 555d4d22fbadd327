/**
 * Lets a command that another process began over a channel end with that one, however it ends: at once, as a kill does, so that what
 * goes on later does so from the last checkpoint.
 */
export function endWithParent(): void {
  if (process.channel === undefined) return;
  process.once('disconnect', () => process.exit(128));
  // The channel alone keeps no command from its end.
  process.channel.unref();
}

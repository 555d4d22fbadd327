/**
 * Lets a command go on where nobody reads what it says: a pipe to a program that has ended, a terminal that is gone, a full disk.
 * What the command makes counts more; of a disk, it tells and ends with exit code 1 where the command says no other.
 */
export function surviveBrokenOutput(): void {
  process.stderr.on('error', () => {});
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE' || error.code === 'EIO' || told) return;
    told = true;
    process.exitCode ??= 1;
    process.stderr.write(`dppo: standard output: ${error.message}; going on without it\n`);
  });
}

let told = false;

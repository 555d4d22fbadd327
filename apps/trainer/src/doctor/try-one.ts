// Tries one of the `trials` by its name; what it found is the last line of the output, or of the errors with exit code 1.
import { trials } from './trials.ts';

const [, , name] = process.argv;
const [, trial] = Object.entries(trials).find(([key]) => key === name)!;
try {
  process.stdout.write(`${await trial()}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

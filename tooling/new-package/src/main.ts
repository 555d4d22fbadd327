import { newPackage } from './new-package.ts';

const [name = '', sentence = ''] = process.argv.slice(2);
try {
  newPackage(name, sentence);
  process.stdout.write(`made packages/${name}; now \`pnpm install\`, which adds it to the lockfile\n`);
} catch (error) {
  if (!(error instanceof RangeError)) throw error;
  process.stderr.write(`${error.message}\nusage: pnpm new-package NAME "SENTENCE"\n`);
  process.exitCode = 1;
}

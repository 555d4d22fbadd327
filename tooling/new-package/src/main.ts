import { newPackage } from './new-package.ts';

const [name = '', sentence = ''] = process.argv.slice(2);
try {
  newPackage(name, sentence);
  process.stdout.write(
    `made packages/${name} and its rows in the tables; now \`pnpm install\`, \`pnpm sizes\` and \`pnpm format\`\n`,
  );
} catch (error) {
  if (!(error instanceof RangeError)) throw error;
  process.stderr.write(`${error.message}\nusage: pnpm new-package NAME "SENTENCE"\n`);
  process.exitCode = 1;
}

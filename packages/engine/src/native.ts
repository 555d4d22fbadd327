#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { progressBar } from './progress-bar.ts';
import { provision } from './provision.ts';

const help = `Usage: dppo-native

Makes @tensorflow/tfjs-node work in the project of the current folder. Its own install script is not needed:
TensorFlow's library comes out of the Python package tensorflow-cpu (270 MB, once per user), and the addon
is compiled against it. Needs pip and a C++17 compiler; Linux (x64, arm64) or macOS (arm64).

Options:
  -h, --help  show this text
`;

const stopped = new AbortController();
for (const [name, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const) {
  process.once(name, () => {
    process.exitCode = code;
    stopped.abort(new Error('interrupted; nothing was installed'));
  });
}

async function main(): Promise<string> {
  if (parseArgs({ options: { help: { type: 'boolean', short: 'h' } } }).values.help) return help;
  const bar = progressBar(process.stderr);
  try {
    const { tfjsNode, changed } = await provision(process.cwd(), {
      progress: bar.progress,
      signal: stopped.signal,
    });
    return `@tensorflow/tfjs-node ${changed ? 'is ready' : 'was ready already'}: ${tfjsNode}\n`;
  } finally {
    bar.stop();
  }
}

try {
  process.stdout.write(await main());
} catch (error) {
  const cause = stopped.signal.aborted ? stopped.signal.reason : error;
  process.stderr.write(`dppo-native: ${cause instanceof Error ? cause.message : cause}\n`);
  process.exitCode ??= 1;
}

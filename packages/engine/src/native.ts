#!/usr/bin/env node
import { runCommand } from '@dppo/wheels';
import { provision } from './provision.ts';

const help = `Usage: dppo-native

Makes @tensorflow/tfjs-node work in the project of the current folder. Its own install script is not needed:
TensorFlow's library comes out of the Python package tensorflow-cpu (270 MB, once per user), and the addon
is compiled against it. Needs pip and a C++17 compiler; Linux (x64, arm64) or macOS (arm64).

Options:
  -h, --help  show this text
`;

await runCommand({ name: 'dppo-native', help }, async (options) => {
  const { tfjsNode, changed } = await provision(process.cwd(), options);
  return `@tensorflow/tfjs-node ${changed ? 'is ready' : 'was ready already'}: ${tfjsNode}`;
});

#!/usr/bin/env node
import { runCommand } from '@dppo/wheels';
import { provisionMujoco } from './provision.ts';

const help = `Usage: dppo-mujoco

Gets MuJoCo's native library, on which environments take about half the time of WebAssembly, out of the Python
package mujoco (29 MB, once per user). Needs pip; Linux (x64, arm64) or macOS (arm64).

Options:
  -h, --help  show this text
`;

await runCommand({ name: 'dppo-mujoco', help }, provisionMujoco);

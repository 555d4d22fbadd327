#!/usr/bin/env node
import { runCommand } from '@dppo/wheels';
import { provisionMeshes } from './meshes.ts';

const help = `Usage: dppo-robosuite

Gets the collision meshes of the arm and the objects out of the Python package robosuite (194 MB, of which 0.9 MB
are kept, once per user). Needs pip. The environments get them as well, at first use.

Options:
  -h, --help  show this text
`;

await runCommand({ name: 'dppo-robosuite', help }, provisionMeshes);

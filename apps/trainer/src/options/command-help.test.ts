import { Command } from 'commander';
import { expect, it } from 'vitest';

import { allOptions } from '../../test/all-options.ts';
import { exportOptions } from '../export/export-options.ts';
import { withOptions } from './command-line.ts';

const nothing = { check: () => ({ options: {} }), run: () => Promise.resolve() };

it.each(Object.entries(allOptions))('of %s says what each option is, and its default', (name, schema) => {
  const command = withOptions(new Command(name), schema, nothing);
  const ofFields = command.options.filter(({ flags }) => /[<[]value[\]>]$/.test(flags));
  expect(ofFields).toHaveLength(Object.keys(schema.shape).length);
  for (const { flags, description } of ofFields)
    expect(`${flags}  ${description}`).toMatch(/^--[a-z-]+ .value. {2}\S.* \[(required|default: \S.*)\]$/);
});

it('lists what an option may be', () => {
  const command = withOptions(new Command('export'), exportOptions, nothing);
  expect(command.helpInformation().replaceAll(/\s+/g, ' ')).toContain(
    '(safetensors, onnx, onnx-denoiser, lerobot, diffusers) [required]',
  );
});
